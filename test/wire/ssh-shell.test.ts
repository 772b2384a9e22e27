import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { type Command, trimmedOutput } from '../../core/ssh/command.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { startFakeSshHost } from '../fakes/fake-ssh-host.ts';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();

function sh(script: string, more: Partial<Command<string>> = {}): Command<string> {
  return { argv: ['sh', '-c', script], timeoutMs: 10_000, parse: trimmedOutput, ...more };
}

describe('a command', () => {
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
    const failure = failureOf(scene.shell.exec(sh('sleep 61'), running.signal));
    await vi.waitFor(() => expect(scene.host.commands().join()).toContain('sleep 61'));
    running.abort();
    expect((await failure).code).toBe('cancelled');
    expect(await scene.shell.exec(sh('echo well'))).toBe('well');
  });

  it('whose line is cut while it runs is unreachable, and its arguments are not told', async () => {
    const failure = failureOf(scene.shell.exec(sh('sleep 60; echo secret-argument')));
    await vi.waitFor(() => expect(scene.host.commands()).toHaveLength(1));
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

  it('that ends in the very packet that accepts it is not lost', async () => {
    const fast = await startFakeSshHost({ forkMs: 0 });
    const opened = await openSshShell(scene.at({ port: fast.port, hostKey: fast.hostKey }), fast.privateKey);
    const parse = ({ exitCode }: { exitCode: number }) => exitCode;
    const test: Command<number> = { argv: ['test', '-S', '/nowhere'], timeoutMs: 2_000, okCodes: [1], parse };
    for (let turns = 0; turns < 20; turns += 1) expect(await opened.shell.exec(test)).toBe(1);
    opened.shell.close();
    await fast.close();
  });

  it('goes through sudo where the account needs it', async () => {
    await writeFile(join(scene.home, 'sudo'), '#!/bin/sh\necho "sudo $1 $2"; shift 2; exec "$@"\n');
    await chmod(join(scene.home, 'sudo'), 0o755);
    const opened = await openSshShell(scene.at({ sudo: true }), scene.host.privateKey);
    expect(await opened.shell.exec(sh('echo done'))).toBe('sudo -n --\ndone');
    opened.shell.close();
  });
});

describe('a file', () => {
  it('arrives whole, with its mode, from a buffer and from a stream', async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const path = join(scene.home, "it's here.bin");
    await scene.shell.upload(content, { path, mode: '640' });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    await scene.shell.upload(Readable.from(['new ', 'content']), { path, mode: '600' });
    expect(await readFile(path, 'utf8')).toBe('new content');
  });

  it('keeps its old content when its source breaks half-way or the upload is stopped', async () => {
    const path = join(scene.home, 'file');
    await writeFile(path, 'old');
    const breaking = Readable.from(
      (async function* () {
        yield 'half';
        throw new Error('the source broke');
      })(),
    );
    expect((await failureOf(scene.shell.upload(breaking, { path, mode: '600' }))).code).toBe('unreachable');
    const stop = new AbortController();
    const endless = Readable.from(
      (async function* () {
        yield 'half';
        stop.abort();
        yield 'more';
      })(),
    );
    expect((await failureOf(scene.shell.upload(endless, { path, mode: '600' }, stop.signal))).code).toBe('cancelled');
    expect(await scene.shell.exec(sh(`cat '${path}'`))).toBe('old');
  });

  it('keeps its old content when the line is cut', async () => {
    const path = join(scene.home, 'file');
    await writeFile(path, 'old');
    const cut = Readable.from(
      (async function* () {
        yield 'half';
        await vi.waitFor(async () => expect(await readFile(`${path}.part`, 'utf8')).toBe('half'));
        scene.host.cut();
        yield 'more';
      })(),
    );
    expect((await failureOf(scene.shell.upload(cut, { path, mode: '600' }))).code).toBe('unreachable');
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('that cannot be written says why', async () => {
    const path = join(scene.home, 'no', 'such', 'folder');
    const error = await failureOf(scene.shell.upload(Buffer.from('x'), { path, mode: '600' }));
    expect(error).toMatchObject({ code: 'host-command-failed', userMessage: expect.stringMatching(/could not store/) });
  });
});

describe('a unix socket on the device', () => {
  it('is joined byte for byte, both ways', async () => {
    const path = join(scene.home, 's.sock');
    const server = createServer((socket) => socket.pipe(socket));
    await once(server.listen(path), 'listening');
    const stream = await scene.shell.forward(path);
    stream.write('hello');
    expect(String((await once(stream, 'data'))[0])).toBe('hello');
    stream.destroy();
    server.close();
    await once(server, 'close');
  });

  it('is forgotten when it ends: a connection bears any number of them', async () => {
    const path = join(scene.home, 'many.sock');
    const server = createServer((socket) => socket.pipe(socket));
    await once(server.listen(path), 'listening');
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    for (let count = 0; count < 15; count += 1) {
      const stream = await scene.shell.forward(path);
      stream.resume().end();
      await once(stream, 'close');
    }
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    server.close();
    await once(server, 'close');
  });

  it('that is not there, or that nobody listens on, is refused', async () => {
    expect((await failureOf(scene.shell.forward(join(scene.home, 'none')))).code).toBe('host-command-failed');
    const path = join(scene.home, 'dead.sock');
    const script = `const s = require('net').createServer().listen('${path}', () => process.kill(process.pid, 'SIGKILL'))`;
    await failureOf(scene.shell.exec({ ...sh(''), argv: [process.execPath, '-e', script] }));
    expect(await failureOf(scene.shell.forward(path))).toMatchObject({ code: 'unreachable', retry: 'backoff' });
  });

  it('cannot be reached over a connection that is gone', async () => {
    const closed = new Promise<void>((resolve) => scene.shell.onClose(resolve));
    scene.host.cut();
    await closed;
    expect((await failureOf(scene.shell.forward('/x'))).code).toBe('unreachable');
  });
});
