import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import type { Command } from '../../core/ssh/command.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { startFakeSshHost } from '../fakes/fake-ssh-host.ts';
import { commandSuite, sh } from '../support/command-suite.ts';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();

describe('a command', () => {
  commandSuite(scene);

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
