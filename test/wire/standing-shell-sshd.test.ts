import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { openStandingShells } from '../../core/ssh/ssh-shell.ts';
import { type Sshd, startSshd } from '../bench/console/sshd.ts';
import { sh } from '../support/command-suite.ts';
import { failureOf } from '../support/failure-of.ts';

let dir: string;
const servers = new Map<number, Sshd>();
const shells: HostShell[] = [];
const refusals: string[] = [];

/** @param sessions that OpenSSH's own server allows on a connection (MaxSessions) */
async function openOn(sessions: number): Promise<HostShell> {
  const sshd = servers.get(sessions) ?? (await startSshd(dir, [`MaxSessions ${sessions}`]));
  servers.set(sessions, sshd);
  const { port, user, hostKey, privateKey } = sshd;
  const openShell = openStandingShells((_host, why) => refusals.push(why));
  const { shell } = await openShell({ host: '127.0.0.1', port, user, sudo: false, hostKey }, privateKey);
  shells.push(shell);
  return shell;
}
const fed = (shell: HostShell, stdin: string) => shell.exec({ ...sh(''), argv: ['cat'], stdin });
const parentOf = (shell: HostShell) => shell.exec(sh('echo $$'));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-standing-'));
});
afterEach(() => {
  for (const shell of shells.splice(0)) shell.close();
  refusals.splice(0);
});
afterAll(async () => {
  for (const sshd of servers.values()) await sshd.stop();
  await rm(dir, { recursive: true, force: true });
});

it('stands in a channel of OpenSSH, beside commands that have an input and beside files', async () => {
  const shell = await openOn(10);
  const pid = await parentOf(shell);
  expect(await fed(shell, 'fed in')).toBe('fed in');
  await shell.upload(Buffer.from('content'), { path: join(dir, 'file'), mode: '600' });
  expect(await readFile(join(dir, 'file'), 'utf8')).toBe('content');
  expect(await parentOf(shell)).toBe(pid);
  expect(refusals).toEqual([]);
});

it('makes room where OpenSSH allows one session only, and is not tried again there', async () => {
  const shell = await openOn(1);
  expect(await shell.exec(sh('echo standing'))).toBe('standing');
  expect(await fed(shell, 'fed in')).toBe('fed in');
  await shell.upload(Buffer.from('content'), { path: join(dir, 'other'), mode: '600' });
  expect(await readFile(join(dir, 'other'), 'utf8')).toBe('content');
  expect(await parentOf(shell)).not.toBe(await parentOf(shell));
  expect(refusals).toEqual(['the server allows no channel beside it']);
});

it('cannot make room while it is at work: that is told, to be tried again', async () => {
  const shell = await openOn(1);
  const stop = new AbortController();
  const busy = failureOf(shell.exec(sh('sleep 60'), stop.signal));
  expect(await failureOf(fed(shell, 'x'))).toMatchObject({ code: 'unreachable', retry: 'backoff' });
  stop.abort();
  expect((await busy).code).toBe('cancelled');
});
