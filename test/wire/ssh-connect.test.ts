import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { XepaError } from '../../core/errors.ts';
import { readHostKey } from '../../core/ssh/host-key.ts';
import type { HostAddress, HostShell } from '../../core/ssh/host-shell.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { type FakeSshHost, startFakeSshHost } from '../fakes/fake-ssh-host.ts';

let home: string;
let host: FakeSshHost;
let shell: HostShell;
const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => void unhandled.push(error);

beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => {
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'xepa-ssh-'));
  host = await startFakeSshHost({ run: 'sh', home, binaries: home });
  ({ shell } = await openSshShell(at(), host.privateKey));
});
afterEach(async () => {
  shell.close();
  await host.close();
  await rm(home, { recursive: true, force: true });
  await turn();
});

function at(given: Partial<HostAddress> = {}): HostAddress {
  return { host: '127.0.0.1', port: host.port, user: 'root', sudo: false, hostKey: host.hostKey, ...given };
}

async function failureOf(promise: Promise<unknown>): Promise<XepaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof XepaError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('connecting', () => {
  it('tells the host key that it saw, so that it can be pinned', async () => {
    const opened = await openSshShell(at({ hostKey: null }), host.privateKey);
    expect(opened.seenHostKey).toBe(host.hostKey);
    expect(await readHostKey({ host: '127.0.0.1', port: host.port, timeoutMs: 5_000 })).toBe(host.hostKey);
    opened.shell.close();
  });

  it('sends nothing, not even a user name, to a host with another key than the pinned one', async () => {
    const other = generateSshKey('other').publicKey.split(' ')[1] ?? '';
    const before = host.commands();
    expect(await failureOf(openSshShell(at({ hostKey: other }), host.privateKey))).toMatchObject({
      code: 'host-key-changed',
      retry: 'no',
    });
    expect(host.commands()).toEqual(before);
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
    const opened = await openSshShell(at({ port, hostKey: pinned }), host.privateKey);
    expect(opened.seenHostKey).toBe(pinned);
    opened.shell.close();
    server.close();
  });

  it('with a key that is not known there is not allowed', async () => {
    const stranger = generateSshKey('stranger').privateKey;
    expect(await failureOf(openSshShell(at(), stranger))).toMatchObject({ code: 'not-allowed', retry: 'backoff' });
  });

  it('with a private key that cannot be read says so', async () => {
    const error = await failureOf(openSshShell(at(), 'not a key'));
    expect(error).toMatchObject({ code: 'not-allowed', retry: 'no' });
    expect(error.userMessage).toContain('cannot be used');
  });

  it('to nobody, or to something that is not SSH, is unreachable', async () => {
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await failureOf(openSshShell(at({ port }), host.privateKey))).code).toBe('unreachable');
    expect(await readHostKey({ host: '127.0.0.1', port, timeoutMs: 5_000 })).toBeNull();
    server.close();
    await once(server, 'close');
    expect((await failureOf(openSshShell(at({ port }), host.privateKey))).code).toBe('unreachable');
  });

  it('stops when it is told to, before and during', async () => {
    expect((await failureOf(openSshShell(at(), host.privateKey, AbortSignal.abort()))).code).toBe('cancelled');
    const stop = new AbortController();
    const failure = failureOf(openSshShell(at(), host.privateKey, stop.signal));
    stop.abort();
    expect((await failure).code).toBe('cancelled');
  });

  it('tells once when the connection is gone, also whoever asks afterwards', async () => {
    const told: string[] = [];
    shell.onClose(() => told.push('first'));
    host.cut();
    await vi.waitFor(() => expect(told).toEqual(['first']));
    shell.onClose(() => told.push('late'));
    expect(told).toEqual(['first', 'late']);
  });
});
