import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const MIB = 1024 * 1024;
/** Several windows, and no multiple of anything. */
const picture = randomBytes(5 * MIB + 4321);
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A socket on the device that says all of this to everybody. */
async function sayer(name: string, bytes: Buffer): Promise<string> {
  const path = join(scene.home, name);
  const server = createServer((socket) => void socket.on('error', () => undefined).end(bytes));
  servers.push(server);
  await once(server.listen(path), 'listening');
  return path;
}

/** Resolves when nothing more has arrived for a while. */
async function untilFull(stream: Duplex): Promise<number> {
  for (let before = -1; before !== stream.readableLength || before === 0; ) {
    before = stream.readableLength;
    await pause(100);
  }
  return stream.readableLength;
}

describe('a stream', () => {
  it('costs the device one command for the first of them', async () => {
    const path = await sayer('a.sock', Buffer.from('RFB 003.008\n'));
    for (let count = 0; count < 3; count += 1) {
      const stream = await scene.shell.forward(path);
      expect(String((await once(stream, 'data'))[0])).toBe('RFB 003.008\n');
      stream.destroy();
    }
    expect(scene.host.commands()).toHaveLength(1);
  });

  it('costs none where a command has run before', async () => {
    await scene.shell.exec({ argv: ['true'], timeoutMs: 5_000, parse: () => undefined });
    const before = scene.host.commands().length;
    const stream = await scene.shell.forward(await sayer('a.sock', Buffer.from('RFB 003.008\n')));
    expect(String((await once(stream, 'data'))[0])).toBe('RFB 003.008\n');
    expect(scene.host.commands()).toHaveLength(before);
    stream.destroy();
  });

  it('to a socket that is not there fails as a command, the first and every other time', async () => {
    const none = join(scene.home, 'none.sock');
    expect((await failureOf(scene.shell.forward(none))).code).toBe('host-command-failed');
    await scene.shell.forward(await sayer('a.sock', Buffer.from('x')));
    expect((await failureOf(scene.shell.forward(none))).code).toBe('host-command-failed');
  });

  it('that nobody reads holds less than a megabyte, and then gives everything', async () => {
    const stream = await scene.shell.forward(await sayer('a.sock', picture));
    // What a console does: it looks at the first bytes, then waits for its browser.
    const seen: Buffer[] = [(await once(stream, 'data'))[0]];
    stream.pause();
    const held = await untilFull(stream);
    expect(held).toBeGreaterThan(256 * 1024);
    expect(held).toBeLessThan(MIB);
    stream.on('data', (bytes: Buffer) => void seen.push(bytes));
    stream.resume();
    await once(stream, 'end');
    expect(sha(Buffer.concat(seen))).toBe(sha(picture));
  });

  it('gives everything to a reader that stops and goes on again and again', async () => {
    const stream = await scene.shell.forward(await sayer('a.sock', picture));
    const seen: Buffer[] = [];
    let next = MIB / 4;
    stream.on('data', (bytes: Buffer) => {
      seen.push(bytes);
      next -= bytes.length;
      if (next > 0) return;
      next = MIB / 4;
      stream.pause();
      setTimeout(() => stream.resume(), 5);
    });
    await once(stream, 'end');
    expect(sha(Buffer.concat(seen))).toBe(sha(picture));
  });

  it('gives everything to a reader that takes it piece by piece', async () => {
    const stream = await scene.shell.forward(await sayer('a.sock', picture));
    const seen: Buffer[] = [];
    for await (const bytes of stream) {
      seen.push(bytes);
      if (seen.length % 16 === 0) await pause(1);
    }
    expect(sha(Buffer.concat(seen))).toBe(sha(picture));
  });

  it('is not held by another one of the same connection that nobody reads', async () => {
    const path = await sayer('a.sock', picture);
    const stalled = await scene.shell.forward(path);
    stalled.pause();
    const stream = await scene.shell.forward(path);
    const seen: Buffer[] = [];
    for await (const bytes of stream) seen.push(bytes);
    expect(sha(Buffer.concat(seen))).toBe(sha(picture));
    stalled.destroy();
  });
});
