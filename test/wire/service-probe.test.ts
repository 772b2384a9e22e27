import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { askService } from '../../worker/service-probe.ts';
import { freePort } from '../support/free-port.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  return address.port;
}

const ask = (port: number) => askService({ host: '127.0.0.1', port, timeoutMs: 2_000 });

it('reads the banner of a service that speaks first', async () => {
  expect(await ask(await listening(createServer((socket) => socket.write('SSH-2.0-dropbear\r\n'))))).toBe(
    'SSH-2.0-dropbear',
  );
});

it('asks a service that waits, and reads status and title', async () => {
  const web = createHttp((_request, response) => response.end('<title>It works</title>'));
  expect(await ask(await listening(web))).toBe('HTTP 200, “It works”');
});

it('says nothing of one that says nothing, and knows that it is there', async () => {
  expect(await ask(await listening(createServer((socket) => socket.resume())))).toBe('');
  expect(await ask(await listening(createServer((socket) => socket.end())))).toBe('');
});

it('is null where nothing listens', async () => {
  expect(await ask(await freePort())).toBeNull();
});
