import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../core/ssh/command.ts';
import { type DownloadState, downloadState, removeFile, startDownload } from '../../worker/host/media.ts';
import { type IsoServer, type IsoServerOptions, startIsoServer } from '../support/iso-server.ts';
import { runHere } from '../support/run-here.ts';

/** The end is no whole megabyte. */
const iso = randomBytes(5 * 2 ** 20 + 4096);
const sha256 = createHash('sha256').update(iso).digest('hex');
const patience = { timeout: 20_000, interval: 100 };

let home: string;
let path: string;
let server: IsoServer | undefined;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'xepa-digest-'));
  path = join(home, 'a.iso');
});
afterEach(async () => {
  await server?.close();
  await rm(home, { recursive: true, force: true });
});

async function serve(more: Partial<IsoServerOptions> = {}): Promise<IsoServer> {
  const read = (from: number, length: number) => iso.subarray(from, from + length);
  server = await startIsoServer({ size: iso.length, read, bytesPerSecond: 4 * 2 ** 20, etag: '"one"', ...more });
  return server;
}

/** Processes of the download, and of what follows it. */
async function jobs(): Promise<number> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const argvs = await Promise.all(all.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return argvs.filter((argv) => argv.includes(`\0${path}.job\0`)).length;
}

describe.each(['dash', 'busybox', 'bash'])('a digest that is taken along on a server whose sh is %s', (sh) => {
  beforeEach(() => symlink(`/bin/${sh}`, join(home, 'sh')));

  const run = <T>(command: Command<T>) =>
    runHere(command, [join(home, 'sh')], { ...process.env, PATH: `${home}:${process.env.PATH}` });

  /** As it is begun of a large ISO. */
  function begin({ url }: IsoServer): Promise<DownloadState> {
    const small = { path, urls: [url], bytes: iso.length, roomBytes: 1e9, patienceSeconds: 20 };
    const command = startDownload(small);
    return run({ ...command, argv: [...command.argv.slice(0, -1), 'along'] });
  }
  const whole = () => expect.poll(async () => (await run(downloadState(path))).report?.sha256, patience).toBe(sha256);

  it('is that of the file, and was read before all of it was there', async () => {
    await begin(await serve());
    await expect.poll(() => readFile(`${path}.sum.new`, 'utf8').catch(() => null), patience).not.toBeNull();
    await whole();
    // The digest of the file itself would name it.
    expect(await readFile(`${path}.sum`, 'utf8')).toBe(`${sha256}  -\n`);
  });

  it('goes on over a cut line', async () => {
    const serving = await serve();
    await begin(serving);
    await expect.poll(() => serving.sent(), patience).toBeGreaterThan(2 ** 21);
    serving.cut();
    await whole();
    expect(await readFile(`${path}.sum`, 'utf8')).toBe(`${sha256}  -\n`);
  });

  it('is taken of the file itself where the download had to begin anew', async () => {
    const serving = await serve({ ranges: false });
    await begin(serving);
    await expect.poll(() => serving.sent(), patience).toBeGreaterThan(2 ** 21);
    serving.cut();
    await whole();
    expect(await readFile(`${path}.sum`, 'utf8')).toContain(`${path}.part`);
  });

  it('ends with its download', async () => {
    await begin(await serve({ bytesPerSecond: 2 ** 20 }));
    expect(await jobs()).toBeGreaterThan(0);
    await run(removeFile(path));
    await expect.poll(jobs, patience).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});
