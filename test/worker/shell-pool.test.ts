import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseKeyring } from '../../core/keyring.ts';
import { createSealer, sshKeyContext } from '../../core/sealing.ts';
import type { Command } from '../../core/ssh/command.ts';
import type { HostShell, OpenShell } from '../../core/ssh/host-shell.ts';
import { createShellPool } from '../../worker/shell-pool.ts';
import { anInstall, someFacts } from '../support/an-install.ts';

const sealer = createSealer(parseKeyring('a-secret-of-at-least-thirty-two-characters'));
const record = anInstall({ facts: someFacts, sealed: { sshKey: sealer.seal('key', sshKeyContext('xe-7f3kq2')) } });
const command: Command<string> = { argv: ['true'], timeoutMs: 1, parse: ({ stdout }) => stdout };
const signal = new AbortController().signal;

let opened: number;
let closed: number;
let finish: () => void;

/** A device whose command runs until it is told to end. */
const openShell: OpenShell = async () => {
  opened += 1;
  const listeners: (() => void)[] = [];
  const shell: HostShell = {
    exec: (given) =>
      new Promise((resolve) => {
        finish = () => resolve(given.parse({ stdout: 'ok', stderr: '', exitCode: 0 }));
      }),
    upload: async () => undefined,
    forward: async () => {
      throw new Error('not here');
    },
    listen: async () => {
      throw new Error('not here');
    },
    stream: async () => {
      throw new Error('not here');
    },
    silentMs: () => 0,
    onClose: (listener) => void listeners.push(listener),
    close: () => {
      closed += 1;
      for (const listener of listeners) listener();
    },
  };
  return { shell, seenHostKey: 'AAAA' };
};

beforeEach(() => {
  vi.useFakeTimers();
  opened = 0;
  closed = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps one connection for an install, and closes it when nobody asks for it', async () => {
  const pool = createShellPool({ openShell, sealer, idleMs: 60_000 });
  await pool.shellOf(record, signal);
  await pool.shellOf(record, signal);
  expect(opened).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closed).toBe(1);
  await pool.shellOf(record, signal);
  expect(opened).toBe(2);
  pool.close();
});

it('never cuts a command that is still running, however long it takes', async () => {
  const pool = createShellPool({ openShell, sealer, idleMs: 60_000 });
  const answer = (await pool.shellOf(record, signal)).exec(command);
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  expect(closed).toBe(0);
  finish();
  expect(await answer).toBe('ok');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closed).toBe(1);
});

it('takes over a connection that is open already, in place of an older one, and closes it as its own', async () => {
  const pool = createShellPool({ openShell, sealer, idleMs: 60_000 });
  await pool.shellOf(record, signal);
  const { shell } = await openShell({ host: 'h', port: 22, user: 'root', sudo: false, hostKey: null }, 'key');
  pool.keep(record.id, shell);
  expect(closed).toBe(1);
  const answer = (await pool.shellOf(record, signal)).exec(command);
  expect(opened).toBe(2);
  finish();
  expect(await answer).toBe('ok');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closed).toBe(2);
});
