import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it, vi } from 'vitest';
import { readHostKey } from '../../core/ssh/host-key.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();

describe('connecting', () => {
  it('tells the host key that it saw, so that it can be pinned', async () => {
    const opened = await openSshShell(scene.at({ hostKey: null }), scene.host.privateKey);
    expect(opened.seenHostKey).toBe(scene.host.hostKey);
    expect(await readHostKey({ host: '127.0.0.1', port: scene.host.port, timeoutMs: 5_000 })).toBe(scene.host.hostKey);
    opened.shell.close();
  });

  it('sends nothing, not even a user name, to a host with another key than the pinned one', async () => {
    const other = generateSshKey('other').publicKey.split(' ')[1] ?? '';
    const before = scene.host.commands();
    expect(await failureOf(openSshShell(scene.at({ hostKey: other }), scene.host.privateKey))).toMatchObject({
      code: 'host-key-changed',
      retry: 'no',
    });
    expect(scene.host.commands()).toEqual(before);
  });

  it('asks a server of several keys for the one that is pinned', async () => {
    const ecdsa = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
    const ed25519 = generateSshKey('host').privateKey;
    const server = new ssh2.Server({ hostKeys: [ed25519, ecdsa.private] }, (client) => {
      client.on('error', () => undefined).on('authentication', (context) => context.accept());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const pinned = ecdsa.public.split(' ')[1] ?? '';
    const opened = await openSshShell(scene.at({ port, hostKey: pinned }), scene.host.privateKey);
    expect(opened.seenHostKey).toBe(pinned);
    opened.shell.close();
    server.close();
  });

  it('with a key that is not known there is not allowed', async () => {
    const stranger = generateSshKey('stranger').privateKey;
    expect(await failureOf(openSshShell(scene.at(), stranger))).toMatchObject({
      code: 'not-allowed',
      retry: 'backoff',
    });
  });

  it('with a private key that cannot be read says so', async () => {
    const error = await failureOf(openSshShell(scene.at(), 'not a key'));
    expect(error).toMatchObject({ code: 'not-allowed', retry: 'no' });
    expect(error.userMessage).toContain('cannot be used');
  });

  it('to nobody, or to something that is not SSH, is unreachable', async () => {
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await failureOf(openSshShell(scene.at({ port }), scene.host.privateKey))).code).toBe('unreachable');
    expect(await readHostKey({ host: '127.0.0.1', port, timeoutMs: 5_000 })).toBeNull();
    server.close();
    await once(server, 'close');
    expect((await failureOf(openSshShell(scene.at({ port }), scene.host.privateKey))).code).toBe('unreachable');
  });

  it('stops when it is told to, before and during', async () => {
    expect((await failureOf(openSshShell(scene.at(), scene.host.privateKey, AbortSignal.abort()))).code).toBe(
      'cancelled',
    );
    const stop = new AbortController();
    const failure = failureOf(openSshShell(scene.at(), scene.host.privateKey, stop.signal));
    stop.abort();
    expect((await failure).code).toBe('cancelled');
  });

  it('tells once when the connection is gone, also whoever asks afterwards', async () => {
    const told: string[] = [];
    scene.shell.onClose(() => told.push('first'));
    scene.host.cut();
    await vi.waitFor(() => expect(told).toEqual(['first']));
    scene.shell.onClose(() => told.push('late'));
    expect(told).toEqual(['first', 'late']);
  });
});

it('really ends the connection, also to a machine that goes on sending when we have closed it', async () => {
  const tap = createServer((stream) => {
    const drops = setInterval(() => stream.write('drop'), 20);
    stream.on('error', () => undefined).on('close', () => clearInterval(drops));
  });
  tap.listen(join(scene.home, 'tap.sock'));
  // In between: somebody who keeps from the machine that we have closed, so that it never stops.
  let closing = false;
  let cut = false;
  const deaf = createServer({ allowHalfOpen: true }, (near) => {
    const far = connectTcp({ host: '127.0.0.1', port: scene.host.port });
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('data', (bytes) => void (closing || far.write(bytes)));
    far.on('data', (bytes) => void near.write(bytes));
    near.on('close', () => {
      cut = true;
      far.destroy();
    });
  });
  deaf.listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const { port } = deaf.address() as AddressInfo;
  const { shell } = await openSshShell(scene.at({ port }), scene.host.privateKey);
  await once(await shell.forward(join(scene.home, 'tap.sock')), 'data');
  closing = true;
  shell.close();
  await expect.poll(() => cut).toBe(true);
  deaf.close();
  tap.close();
});
