import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followCommand, TAIL_BYTES } from '../../web-console/serial/follow.ts';

let dir: string;
let log: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-follow-'));
  log = join(dir, "a port's.log");
  await writeFile(log, '');
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill();
  await rm(dir, { recursive: true, force: true });
});

/** Runs the command with another shell; in busybox, its own tools are used too. */
function follow(shell: readonly string[]) {
  const [, ...args] = followCommand(log);
  const [program = '', ...before] = shell;
  const child = spawn(program, [...before, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  running.push(child);
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  return { child, said: () => said, ended: once(child, 'close') };
}

describe.each([
  ['dash', ['dash']],
  ['bash', ['bash']],
  ['busybox', ['busybox', 'sh']],
])('the log of a serial port, followed with %s', (_name, shell) => {
  it('comes from its end on, without a gap and without anything twice', async () => {
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');
    await appendFile(log, lines(0, 50_000));
    const reader = follow(shell);
    for (let at = 0; at < 20; at += 1) await appendFile(log, lines(50_000 + at * 100, 50_100 + at * 100));
    const all = lines(0, 52_000);
    await vi.waitFor(() => expect(reader.said()).toMatch(/line 51999\n$/));
    expect(all.endsWith(reader.said())).toBe(true);
    expect(reader.said().length).toBeGreaterThanOrEqual(TAIL_BYTES);
  }, 15_000);

  it('ends when the log was shortened, and when it is gone', async () => {
    await appendFile(log, 'x'.repeat(10_000));
    const reader = follow(shell);
    await vi.waitFor(() => expect(reader.said()).toHaveLength(10_000));
    await truncate(log, 1_000);
    expect((await reader.ended)[0]).toBe(0);
    const other = follow(shell);
    await vi.waitFor(() => expect(other.said()).toHaveLength(1_000));
    await rm(log);
    expect((await other.ended)[0]).toBe(0);
    expect((await follow(shell).ended)[0]).not.toBe(0);
  }, 20_000);

  it('ends with the connection, also when nothing is said any more', async () => {
    const reader = follow(shell);
    await appendFile(log, 'x');
    await vi.waitFor(() => expect(reader.said()).toBe('x'));
    reader.child.stdin.end();
    await reader.ended;
    expect(reader.child.exitCode ?? reader.child.signalCode).not.toBeNull();
  }, 15_000);
});
