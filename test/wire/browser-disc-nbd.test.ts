import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { serveNbd } from '../../web-console/browser-disc/nbd-server.ts';
import { type FileHolder, RemoteFile } from '../../web-console/browser-disc/remote-file.ts';
import { type Sshd, startSshd } from '../bench/console/sshd.ts';
import { nbdClient } from '../support/nbd-client.ts';

const run = promisify(execFile);
const GIGABYTE = 1024 ** 3;

let dir: string;
let sshd: Sshd;
let shell: HostShell;
let count = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-nbd-'));
  sshd = await startSshd(dir);
  const { port, user, hostKey, privateKey } = sshd;
  ({ shell } = await openSshShell({ host: '127.0.0.1', port, user, sudo: false, hostKey }, privateKey));
});
afterAll(async () => {
  shell.close();
  await sshd.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A file of this machine, given as a page gives one of its own. */
class FileOnDisk implements FileHolder {
  readonly #file: RemoteFile;
  readonly #handle: FileHandle;

  constructor(file: RemoteFile, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
    file.attach(this);
  }

  ask(id: number, offset: number, length: number): void {
    void this.#handle
      .read(Buffer.alloc(length), 0, length, offset)
      .then(({ buffer }) => this.#file.take(this, id, buffer));
  }

  giveUp(): void {
    throw new Error('a file on disk is not slow');
  }
}

/** The file behind a socket that sshd listens on, as QEMU on a device gets it. */
async function serve(path: string) {
  const handle = await open(path);
  const { size: bytes } = await handle.stat();
  const file = new RemoteFile({ bytes, holdMs: 5_000, answerMs: 4_000 });
  new FileOnDisk(file, handle);
  count += 1;
  const socket = join(dir, `disc${count}.sock`);
  const stop = await shell.listen(socket, (stream) => {
    serveNbd(stream, { name: 'disc', bytes, read: (offset, length) => file.read(offset, length) }, () => undefined);
  });
  return {
    socket,
    url: `nbd+unix:///disc?socket=${socket}`,
    travelled: () => file.travelled,
    async close() {
      stop();
      file.close();
      await handle.close();
    },
  };
}

describe('a file at a real QEMU, by a real sshd', () => {
  it('is the same, byte for byte, also with an end in the middle of a sector', async () => {
    const path = join(dir, 'noise');
    await writeFile(
      path,
      Buffer.from(Array.from({ length: 3_000_001 }, (_, index) => (index * 31 + (index >> 9)) & 255)),
    );
    const disc = await serve(path);
    const { stdout } = await run('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', disc.url, path]);
    expect(stdout).toContain('identical');
    await disc.close();
  });

  it('travels only as far as it is read: little of six gigabytes', async () => {
    const path = join(dir, 'sparse');
    const handle = await open(path, 'w');
    await handle.truncate(6 * GIGABYTE);
    await handle.write(Buffer.alloc(4_096, 0xa5), 0, 4_096, 5 * GIGABYTE + 512);
    await handle.close();
    const disc = await serve(path);
    const reads = ['read -P 0 0 64k', `read -P 0xa5 ${5 * GIGABYTE + 512} 4k`, `read -P 0 ${6 * GIGABYTE - 2048} 2k`];
    const { stdout } = await run('qemu-io', ['-r', '-f', 'raw', ...reads.flatMap((read) => ['-c', read]), disc.url]);
    expect(stdout.match(/read \d+\/\d+ bytes at offset/g)).toHaveLength(3);
    expect(stdout).not.toMatch(/failed/i);
    expect(disc.travelled()).toBeLessThan(1024 * 1024);
    await disc.close();
  });

  it('cannot be written to', async () => {
    const path = join(dir, 'kept');
    await writeFile(path, Buffer.alloc(65_536, 1));
    const disc = await serve(path);
    const write = run('qemu-io', ['-f', 'raw', '-c', 'write -P 2 0 512', disc.url]);
    await expect(write).rejects.toThrow();
    const { stdout } = await run('qemu-io', ['-r', '-f', 'raw', '-c', 'read -P 1 0 64k', disc.url]);
    expect(stdout).toContain('read 65536/65536');
    await disc.close();
  });

  it('is not read for a client that does not take its answers', async () => {
    const path = join(dir, 'greedy');
    const handle = await open(path, 'w');
    await handle.truncate(GIGABYTE);
    await handle.close();
    const disc = await serve(path);
    const greedy = connect(disc.socket);
    greedy.on('error', () => undefined).pause();
    const reads = Array.from({ length: 900 }, (_, index) =>
      nbdClient.request({ offset: index * 1024 * 1024, length: 1024 * 1024 }),
    );
    greedy.write(Buffer.concat([nbdClient.hello(), ...reads]));
    // What fits into the windows on the way, and what is answered at a time; not the 900 MB that were asked for.
    const { stdout } = await run('qemu-io', ['-r', '-f', 'raw', '-c', 'read 1000M 1M', disc.url]);
    expect(stdout).toContain('read 1048576/1048576');
    expect(disc.travelled()).toBeLessThan(100 * 1024 * 1024);
    greedy.destroy();
    await once(greedy, 'close');
    await disc.close();
  });
});
