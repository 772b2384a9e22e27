import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type Command, trimmedOutput } from '../../core/ssh/command.ts';
import { failureOf } from './failure-of.ts';
import type { SshScene } from './ssh-scene.ts';

/** A script of a test as a command, its output being the answer. */
export function sh(script: string, more: Partial<Command<string>> = {}): Command<string> {
  return { argv: ['sh', '-c', script], timeoutMs: 10_000, parse: trimmedOutput, ...more };
}

/** Resolves when a script has made that file at home. */
export async function begun({ home }: SshScene, file: string): Promise<void> {
  await vi.waitFor(() => stat(join(home, file)), 10_000);
}

/** What holds of a command however it gets to the server. */
export function commandSuite(scene: SshScene): void {
  it('gets its words whole, its input, and gives its output to the parser', async () => {
    const argv = ['printf', '%s|', "it's", '$HOME', 'a b', '; rm -rf /', ''];
    expect(await scene.shell.exec({ argv, timeoutMs: 5_000, parse: trimmedOutput })).toBe(
      "it's|$HOME|a b|; rm -rf /||",
    );
    expect(await scene.shell.exec({ argv: ['cat'], stdin: 'fed in', timeoutMs: 5_000, parse: trimmedOutput })).toBe(
      'fed in',
    );
  });

  it('that fails is named without its arguments, with the end of what it complained about', async () => {
    const script =
      'i=0; while [ $i -lt 3000 ]; do echo "noise noise noise noise" >&2; i=$((i+1)); done; echo "the reason" >&2; exit 3';
    const error = await failureOf(scene.shell.exec(sh(script)));
    expect(error).toMatchObject({ code: 'host-command-failed', retry: 'backoff' });
    expect(error.message).toMatch(/^exit 3 from sh: [^;]*the reason$/s);
    expect(error.message).not.toContain('while');
  });

  it('may answer by an exit code of its own', async () => {
    const parse = ({ exitCode }: { exitCode: number }) => exitCode;
    expect(await scene.shell.exec({ argv: ['sh', '-c', 'exit 4'], timeoutMs: 5_000, okCodes: [0, 4], parse })).toBe(4);
  });

  it('that a signal ends has failed', async () => {
    expect((await failureOf(scene.shell.exec(sh('kill -9 $$')))).message).toMatch(/^exit 1(28|37) from sh/);
  });

  it('gives five megabytes back unchanged', async () => {
    const size = 5 * 1024 * 1024;
    const text = await scene.shell.exec(sh(`head -c ${size} /dev/zero | tr '\\0' x`));
    expect(text.length).toBe(size);
  });

  it('is given up when its time is over, and the connection can still be used', async () => {
    const error = await failureOf(scene.shell.exec(sh('sleep 60', { timeoutMs: 50 })));
    expect(error).toMatchObject({ code: 'host-command-timeout', retry: 'backoff' });
    expect(await scene.shell.exec(sh('echo well'))).toBe('well');
  });

  it('is stopped by an abort before it, while it starts, and while it runs', async () => {
    const before = AbortSignal.abort('cancelled');
    expect((await failureOf(scene.shell.exec(sh('echo no'), before))).code).toBe('cancelled');
    expect(scene.host.commands()).toEqual([]);

    const starting = new AbortController();
    const failed = failureOf(scene.shell.exec(sh('sleep 60'), starting.signal));
    starting.abort();
    expect((await failed).code).toBe('cancelled');

    const running = new AbortController();
    const failure = failureOf(scene.shell.exec(sh(': >"$HOME/runs"; sleep 61'), running.signal));
    await begun(scene, 'runs');
    running.abort();
    expect((await failure).code).toBe('cancelled');
    expect(await scene.shell.exec(sh('echo well'))).toBe('well');
  });

  it('whose line is cut while it runs is unreachable, and its arguments are not told', async () => {
    const failure = failureOf(scene.shell.exec(sh(': >"$HOME/runs"; sleep 60; echo secret-argument')));
    await begun(scene, 'runs');
    scene.host.cut();
    const error = await failure;
    expect(error).toMatchObject({ code: 'unreachable', retry: 'backoff' });
    expect(error.message).toBe('the SSH connection was lost during sh');
  });

  it('on a connection that is gone is unreachable at once', async () => {
    const closed = new Promise<void>((resolve) => scene.shell.onClose(resolve));
    scene.host.drop();
    await closed;
    const error = await failureOf(scene.shell.exec(sh('echo secret-argument')));
    expect(error.code).toBe('unreachable');
    expect(error.message).not.toContain('secret-argument');
  });
}
