import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../core/ssh/command.ts';
import { inspectMedia, probeUrl } from '../../worker/host/media.ts';
import { freePort } from '../support/free-port.ts';
import { runHere } from '../support/run-here.ts';
import { tinyIso } from '../support/tiny-guest.ts';

let home: string;
let server: Server | undefined;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'xepa-probe-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(home, { recursive: true, force: true });
});

const SIZE = 650_000_000;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serving(answer: Answer): Promise<string> {
  server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.iso`;
}

const whole: Answer = (request, response) => {
  const part = request.headers.range !== undefined;
  const headers = part ? { 'content-range': `bytes 0-0/${SIZE}`, 'content-length': 1 } : { 'content-length': SIZE };
  response.writeHead(part ? 206 : 200, headers);
  response.end(part ? 'x' : undefined);
};
const withoutParts: Answer = ({ method }, response) => {
  response.writeHead(200, { 'content-length': SIZE, 'content-type': 'text/html; charset=utf-8' });
  if (method === 'HEAD') response.end();
  else response.write('x');
};
const withoutHead: Answer = (request, response) => {
  if (request.method === 'HEAD') response.writeHead(405).end();
  else whole(request, response);
};
const sizeless: Answer = ({ method }, response) => {
  response.writeHead(200, { 'transfer-encoding': 'chunked' });
  response.end(method === 'HEAD' ? undefined : 'x');
};
const gone: Answer = (_request, response) => void response.writeHead(404).end();
const moved: Answer = (request, response) => {
  if (request.url === '/a.iso') response.writeHead(302, { location: '/b.iso', 'content-length': 0 }).end();
  else whole(request, response);
};

describe.each([['dash'], ['busybox', 'sh'], ['bash']])('in %s', (...shell) => {
  const run = <T>(command: Command<T>) => runHere(command, shell);

  it.each<[string, Answer, object]>([
    ['that gives parts', whole, { status: 206, bytes: SIZE, ranges: true }],
    ['that gives none', withoutParts, { status: 200, bytes: SIZE, ranges: false, contentType: 'text/html' }],
    ['that does not answer to HEAD', withoutHead, { status: 206, bytes: SIZE, ranges: true }],
    ['that does not tell the size', sizeless, { status: 200, bytes: null, ranges: false }],
    ['that has it elsewhere', moved, { status: 206, bytes: SIZE, ranges: true }],
    ['that has it no more', gone, { status: 404, bytes: null, ranges: false }],
  ])('a server %s is known after one look', async (_what, answer, expected) => {
    const url = await serving(answer);
    const probe = await run(probeUrl({ url, folder: join(home, 'media') }));
    expect(probe).toMatchObject(expected);
    expect(probe.freeBytes).toBeGreaterThan(0);
    expect(await readdir(join(home, 'media'))).toEqual([]);
  });

  it('one that gives parts is asked once', async () => {
    const asked: unknown[] = [];
    const url = await serving((request, response) => {
      asked.push(request.method);
      whole(request, response);
    });
    await run(probeUrl({ url, folder: home }));
    expect(asked).toEqual(['GET']);
  });

  it('nobody who answers is told in words of curl', async () => {
    const url = `http://127.0.0.1:${await freePort()}/a.iso`;
    const probe = await run(probeUrl({ url, folder: home }));
    expect(probe).toMatchObject({ status: 0, bytes: null, error: expect.stringMatching(/connect/i) });
  });

  it('an ISO is described by its own bytes', async () => {
    const [path, iso] = [join(home, 'a.iso'), tinyIso('E')];
    await writeFile(path, iso);
    const sha256 = createHash('sha256').update(iso).digest('hex');
    expect(await run(inspectMedia(path))).toMatchObject({ bytes: iso.length, sha256, head: { boots: ['bios'] } });
  });
});
