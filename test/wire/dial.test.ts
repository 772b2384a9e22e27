import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { dial } from '../../core/ssh/dial.ts';
import { freePort } from '../support/free-port.ts';

const BANNER = 'SSH-2.0-test\r\n';
const SOON_MS = 20;
const never = new AbortController().signal;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that takes each connection as `take` says, which is told how many there were before. */
async function serving(take: (socket: Socket, before: number) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    take(socket, sockets.push(socket) - 1);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { sockets, at: { host: '127.0.0.1', port } };
}

it('gives the connection with what was said still to be read', async () => {
  const { at, sockets } = await serving((socket) => socket.write(BANNER));
  const socket = await dial(at, never);
  const [said] = await once(socket, 'data');
  expect(String(said)).toBe(BANNER);
  expect(sockets).toHaveLength(1);
  socket.destroy();
});

it('tries again beside a connection that was taken by nobody, and keeps only the one that is answered', async () => {
  const { at, sockets } = await serving((socket, before) => before === 2 && socket.write(BANNER));
  const socket = await dial(at, never, SOON_MS);
  // A machine that is busy may have tried once more before it read the answer.
  await expect.poll(() => [...sockets.keys()].filter((at) => !sockets[at]?.destroyed)).toEqual([2]);
  socket.destroy();
});

it('takes a word that comes late on an early connection', async () => {
  const { at } = await serving(
    (socket, before) => before === 0 && setTimeout(() => socket.write(BANNER), 1.5 * SOON_MS),
  );
  const socket = await dial(at, never, SOON_MS);
  const [said] = await once(socket, 'data');
  expect(String(said)).toBe(BANNER);
  socket.destroy();
});

it('keeps only a few connections open, the newest, and leaves none behind when it is stopped', async () => {
  const { at, sockets } = await serving(() => undefined);
  const stop = new AbortController();
  const failure = dial(at, stop.signal, SOON_MS).catch((error: unknown) => error);
  const left = () => sockets.map(({ destroyed }) => !destroyed);
  await expect.poll(() => left().slice(0, 5).join()).toMatch(/^false,false/);
  await expect.poll(() => left().filter(Boolean).length).toBeLessThanOrEqual(4);
  stop.abort(new Error('enough'));
  expect(await failure).toMatchObject({ message: 'enough' });
  await expect.poll(() => left().includes(true)).toBe(false);
});

it('fails at once where nobody listens, and where the other side hangs up', async () => {
  const nobody = { host: '127.0.0.1', port: await freePort() };
  await expect(dial(nobody, never)).rejects.toThrow('ECONNREFUSED');
  const { at } = await serving((socket) => socket.end());
  await expect(dial(at, never)).rejects.toThrow('hung up');
});
