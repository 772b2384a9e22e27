import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runOwnCommand } from '../../worker/providers/ssh/own-command.ts';
import { failureOf } from '../support/failure-of.ts';

const never = new AbortController().signal;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-own-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function program(script: string): Promise<string> {
  const file = join(dir, 'to-rescue');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}
const said = (name: string) => readFile(join(dir, name), 'utf8');
const run = (argv: readonly string[], { timeoutMs = 20_000, signal = never } = {}) =>
  runOwnCommand({ name: 'toRescue', device: 'box-1', argv, timeoutMs }, signal);

describe("an operator's own command", () => {
  it('gets its words as they are: no shell has read them', async () => {
    const file = await program(`printf '%s|' "$@" > "${'$'}{0%/*}/words"`);
    await run([file, 'web 07', '$(id)', '; reboot', "'"]);
    expect(await said('words')).toBe("web 07|$(id)|; reboot|'|");
  });

  it('gets nothing of the environment of the worker, no input and no terminal', async () => {
    process.env.XEPA_TEST_SECRET = 'very-private';
    const file = await program(`env > "${'$'}{0%/*}/env"; cat > "${'$'}{0%/*}/input"; pwd > "${'$'}{0%/*}/pwd"`);
    await run([file]);
    delete process.env.XEPA_TEST_SECRET;
    const names = (await said('env')).split('\n').map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => !['PATH', 'LC_ALL', 'XEPA_DEVICE', 'PWD', 'SHLVL', '_', ''].includes(name))).toEqual(
      [],
    );
    expect(await said('env')).toContain('XEPA_DEVICE=box-1\n');
    expect([await said('input'), await said('pwd')]).toEqual(['', '/\n']);
  });

  it('has not restarted anything when it ends with another code than 0, and nobody hears what it printed', async () => {
    const file = await program('echo very-private; echo very-private >&2; exit 3');
    const error = await failureOf(run([file, 'very-private']));
    expect(error).toMatchObject({ code: 'provider-rejected', retry: 'backoff' });
    expect(error.userMessage).toMatch(/`toRescue` of box-1 ended with exit code 3\. Run it by hand/);
    expect(`${error.message} ${error.userMessage} ${error.stack}`).not.toContain('very-private');
  });

  it('that cannot be started is not tried again', async () => {
    expect(await failureOf(run([join(dir, 'none')]))).toMatchObject({ code: 'bad-config', retry: 'no' });
    await writeFile(join(dir, 'text'), 'no program');
    expect(await failureOf(run([join(dir, 'text')]))).toMatchObject({
      ...{ code: 'bad-config', retry: 'no' },
      userMessage: expect.stringMatching(/cannot be started where the worker runs: is the program there/),
    });
  });

  it('is ended with all that it has started when its time is over, and nobody claims to know what it did', async () => {
    const file = await program(
      `trap '' TERM; sleep 300 & echo $! > "${'$'}{0%/*}/child"; echo $$ > "${'$'}{0%/*}/self"; while :; do wait; done`,
    );
    const error = await failureOf(run([file], { timeoutMs: 2_000 }));
    expect(error).toMatchObject({ code: 'provider-unavailable', retry: 'backoff' });
    expect(error.userMessage).toMatch(/did not end within 2 s, so XEPA does not know whether the server restarts/);
    for (const name of ['child', 'self']) {
      const pid = Number(await said(name));
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    }
  });

  it('that somebody kills leaves it open whether the server restarts', async () => {
    expect(await failureOf(run([await program('kill -KILL $$')]))).toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: expect.stringContaining('was killed'),
    });
  });

  it('is let finish when the step is stopped, and not begun when that was before', async () => {
    const file = await program(
      `echo begun >> "${'$'}{0%/*}/log"; until [ -e "${'$'}{0%/*}/go" ]; do sleep 0.05; done; echo done >> "${'$'}{0%/*}/log"`,
    );
    const stop = new AbortController();
    const running = run([file], { signal: stop.signal });
    await expect.poll(() => said('log').catch(() => '')).toBe('begun\n');
    stop.abort(new Error('stopped'));
    await writeFile(join(dir, 'go'), '');
    await running;
    expect(await said('log')).toBe('begun\ndone\n');
    await expect(run([file], { signal: stop.signal })).rejects.toThrow('stopped');
    expect(await said('log')).toBe('begun\ndone\n');
  });
});

/** A process that has ended, and that nobody has looked after yet, is not running. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
  return !/^State:\tZ/m.test(status);
}
