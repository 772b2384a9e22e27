import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scriptCommand } from '../../worker/host/script-command.ts';
import { runHere } from '../support/run-here.ts';

describe.each(['dash', 'bash', 'busybox sh'])('a script that a shell reads from its input, %s', (words) => {
  const shell = words.split(' ');
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'xepa-script-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const marked = () => existsSync(join(home, 'mark'));
  /** Longer than what a shell reads at once. */
  const filler = `: ${'x'.repeat(200)}\n`.repeat(100);
  const command = (script: string) =>
    scriptCommand({
      script,
      args: [join(home, 'mark')],
      timeoutMs: 1_000,
      parse: ({ stdout, exitCode }) => ({ stdout, exitCode }),
    });

  it('goes on to its end, whatever a program of it reads', async () => {
    const done = await runHere(command(`cat\n${filler}echo "$#"; : >"$1"; exit 3`), shell);
    expect(done).toEqual({ stdout: '1\n', exitCode: 3 });
    expect(marked()).toBe(true);
  });

  it('does nothing where only a part of it has come', async () => {
    const whole = command(`: >"$1"\n${filler}echo end`);
    const part = await runHere({ ...whole, stdin: whole.stdin?.slice(0, -2_000) ?? '' }, shell);
    expect(part.exitCode).not.toBe(0);
    expect(marked()).toBe(false);
    await runHere(whole, shell);
    expect(marked()).toBe(true);
  });
});
