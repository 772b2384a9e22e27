import { existsSync } from 'node:fs';
import { chmod, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandOutput } from '../../core/ssh/command.ts';
import { openStandingShells } from '../../core/ssh/ssh-shell.ts';
import { scriptCommand } from '../../worker/host/script-command.ts';
import { begun, commandSuite, sh } from '../support/command-suite.ts';
import { startCutLine } from '../support/cut-line.ts';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const refusals: string[] = [];
const openShell = openStandingShells((host, why) => refusals.push(`${host}: ${why}`));
const scene = useSshScene(openShell);

beforeEach(() => void refusals.splice(0));

/** Makes the machine's `sh` that program. */
const shellIs = (program: string) => symlink(program, join(scene.home, 'sh'));
const shellSays = async (script: string) => {
  await writeFile(join(scene.home, 'sh'), `#!/bin/dash\n${script}\n`);
  await chmod(join(scene.home, 'sh'), 0o755);
};
const STANDING = "'sh'";

const whole = (script: string, args: readonly string[] = []) =>
  scriptCommand<CommandOutput>({ script, args, timeoutMs: 10_000, parse: (output) => output });

describe.each([
  ['dash', '/bin/dash'],
  ['bash', '/bin/bash'],
  ["busybox's ash", '/bin/busybox'],
])('a command in a standing shell, which is %s,', (_name, program) => {
  beforeEach(() => shellIs(program));
  commandSuite(scene);

  it('starts no other shell than the one that is there, whatever its form', async () => {
    expect(await scene.shell.exec(whole('echo "$0 $# $2"', ['a', "it's b"]))).toMatchObject({
      stdout: "sh 2 it's b\n",
    });
    expect(await scene.shell.exec(sh('echo "$#"'))).toBe('0');
    expect(await scene.shell.exec({ ...sh(''), argv: ['sh', '-c', 'echo "$1"', 'sh', '$HOME'] })).toBe('$HOME');
    expect(await scene.shell.exec({ ...sh(''), argv: ['echo', 'by', 'words'] })).toBe('by words');
    expect(scene.host.commands()).toEqual([STANDING]);
  });

  it('gives back what it prints, however that ends and whatever it looks like', async () => {
    const mark = `${'0123456789abcdef'.repeat(2)} 0`;
    const printed = ['no newline', `${mark}\n`, mark, '\n\n', '', 'a\0b', 'é€', 'x'.repeat(70_000)];
    for (const text of printed) {
      const script = 'f=$1; cat "$f"; cat "$f" >&2; exit 7';
      await writeFile(join(scene.home, 'text'), text);
      const command = { ...whole(script, [join(scene.home, 'text')]), okCodes: [7] };
      const { stdout, stderr, exitCode } = await scene.shell.exec(command);
      expect([stdout, stderr.slice(-60_000), exitCode]).toEqual([text, text.slice(-60_000), 7]);
    }
  });

  it('leaves nothing behind for the next one', async () => {
    const script = `cd /tmp; umask 077; left=behind; export left; set -eu -- a b; readonly fixed=1; IFS=x; exec 5>/dev/null
f() { :; }
trap 'echo gone' EXIT
false
echo not reached`;
    const first = await scene.shell.exec({ ...whole(script), okCodes: [1] });
    expect(first).toMatchObject({ stdout: 'gone\n', exitCode: 1 });
    const second =
      'pwd; umask; echo "[$left$fixed$*]"; false; echo on; command -v f || { echo 5 >&5; } 2>/dev/null || echo none';
    expect(await scene.shell.exec(sh(second))).toBe('/\n0022\n[]\non\nnone');
  });

  it('that replaces its shell, or is no sentence of the shell, ends alone', async () => {
    expect(await scene.shell.exec(sh('exec echo replaced'))).toBe('replaced');
    const broken = await failureOf(scene.shell.exec(whole('echo begun\nif ) then "\n')));
    expect(broken).toMatchObject({ code: 'host-command-failed' });
    expect(await scene.shell.exec(sh('echo well'))).toBe('well');
    expect(scene.host.commands()).toEqual([STANDING]);
  });

  it('may be a script larger than any pipe', async () => {
    const script = `${"# it's a line that says nothing\n".repeat(5_000)}echo "$1"`;
    expect(await scene.shell.exec(whole(script, ['well']))).toMatchObject({
      stdout: 'well\n',
      stderr: '',
      exitCode: 0,
    });
  });

  it('has no input', async () => {
    expect(await scene.shell.exec(sh('cat; read -r line || echo end'))).toBe('end');
  });

  it('has a part in no other: a second one at once, and one with an input, take channels', async () => {
    const first = scene.shell.exec(sh(': >"$HOME/runs"; until [ -e "$HOME/second" ]; do sleep 0.05; done; echo first'));
    await begun(scene, 'runs');
    expect(await scene.shell.exec(sh(': >"$HOME/second"; echo second'))).toBe('second');
    expect(await first).toBe('first');
    expect(await scene.shell.exec({ ...sh(''), argv: ['cat'], stdin: 'fed' })).toBe('fed');
    expect(scene.host.commands().map((text) => text.slice(0, 6))).toEqual([STANDING, "'sh' -", "'cat'"]);
  });

  it('that is given up takes its shell along, and the next one has a new one', async () => {
    await failureOf(scene.shell.exec(sh('echo late; sleep 60', { timeoutMs: 300 })));
    expect(await scene.shell.exec(sh('echo "well $$"'))).toMatch(/^well \d+$/);
    expect(scene.host.commands()).toEqual([STANDING, STANDING]);
    expect(refusals).toEqual([]);
  });

  it('may leave something running: it is answered, and what that prints is nobody else’s', async () => {
    const script = `mkfifo "$HOME/pipe"; { read -r word <"$HOME/pipe"; echo "$word"; } & echo $$`;
    const pid = Number(await scene.shell.exec(sh(script)));
    const pipe = await open(join(scene.home, 'pipe'), 'w');
    await pipe.write('noise\n');
    await pipe.close();
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), 10_000);
    expect(await scene.shell.exec(sh('echo well'))).toBe('well');
    expect(scene.host.commands()).toEqual([STANDING, STANDING]);
  });

  it('goes on in a new shell when the one that was there has been killed', async () => {
    const pid = Number(await scene.shell.exec(sh('echo $$')));
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), 10_000);
    expect(await scene.shell.exec(sh('echo well'))).toBe('well');
  });
});

describe('a network that is cut without a word', () => {
  it('costs the command in it its time, and the next one finds the connection as it was', async () => {
    const line = await startCutLine(scene.host.port);
    const { shell } = await openShell(scene.at({ port: line.port }), scene.host.privateKey);
    expect(await shell.exec(sh('echo before'))).toBe('before');
    line.cut();
    const [late, stop] = [await failureOf(shell.exec(sh('echo lost', { timeoutMs: 100 }))), new AbortController()];
    expect(late.code).toBe('host-command-timeout');
    const stopped = failureOf(shell.exec(sh('echo lost'), stop.signal));
    stop.abort();
    expect((await stopped).code).toBe('cancelled');
    const next = shell.exec(sh('echo "after $$"'));
    line.mend();
    expect(await next).toMatch(/^after \d+$/);
    shell.close();
    await line.close();
  });
});

describe('where there is no standing shell', () => {
  it('each command has a channel, and whoever opened it hears why once', async () => {
    await shellSays('[ $# -gt 0 ] || exit 1; exec dash "$@"');
    expect(await scene.shell.exec(sh('echo one'))).toBe('one');
    expect(await scene.shell.exec(sh('echo two'))).toBe('two');
    expect(scene.host.commands()).toEqual([STANDING, "'sh' -c 'echo one'", "'sh' -c 'echo two'"]);
    expect(refusals).toEqual(['127.0.0.1: the shell ended']);
  });

  it('what is printed before it is up belongs to no command', async () => {
    await shellSays('echo Welcome; echo "to this server" >&2; exec dash "$@"');
    expect(await scene.shell.exec(whole('echo one; echo two >&2'))).toMatchObject({ stdout: 'one\n', stderr: 'two\n' });
  });

  it('sudo is asked for the shell alone', async () => {
    await writeFile(join(scene.home, 'sudo'), '#!/bin/sh\necho "$*" >>"$HOME/asked"; shift 2; exec "$@"\n');
    await chmod(join(scene.home, 'sudo'), 0o755);
    const { shell } = await openShell(scene.at({ sudo: true }), scene.host.privateKey);
    for (const word of ['one', 'two']) expect(await shell.exec(sh(`echo ${word}`))).toBe(word);
    shell.close();
    expect(await readFile(join(scene.home, 'asked'), 'utf8')).toBe('-n -- sh\n');
  });
});
