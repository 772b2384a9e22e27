import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { XepaError } from './errors.ts';
import { connectRedis } from './redis.ts';

/** A private Redis of ours: no port, a unix socket for this user alone, every write in an append-only file. */
export interface EmbeddedRedis {
  url: string;
  /** Ends the server with everything written down. May be called again. */
  stop(): Promise<void>;
}

const binaries = ['valkey-server', 'redis-server'];
/** sun_path holds 108 bytes with its end mark (unix(7)). */
const SOCKET_PATH_MAX = 107;
/** For the server of a dead process to write down what it holds and to go. */
const SHUTDOWN_MS = 30_000;

/**
 * Starts `valkey-server` or `redis-server` from PATH over a data folder and waits until it answers. A server that a
 * killed process left behind in this folder is shut down first: two on one append-only file would spoil it.
 * @throws XepaError bad-config with the line that names the fix: no binary, or a folder that is in use
 */
export async function startEmbeddedRedis(folder: string, path: string): Promise<EmbeddedRedis> {
  const binary = findBinary(path);
  const dir = resolve(folder);
  const socket = join(dir, 'redis.sock');
  if (Buffer.byteLength(socket) > SOCKET_PATH_MAX) throw badConfig(`The data folder's path is too long: ${dir}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const disown = own(dir);
  try {
    if (existsSync(socket)) await shutDownOrphan(socket);
    const child = await startServer({ binary, dir, socket });
    return { url: `unix://${socket}`, stop: stopOnce(child, disown) };
  } catch (error) {
    disown();
    throw error;
  }
}

/** In a session of its own: Ctrl-C in a terminal is for us, and the server is still needed while we close. */
async function startServer(at: { binary: string; dir: string; socket: string }): Promise<ChildProcess> {
  const child = spawn(at.binary, serverArgv(at.dir, at.socket), { stdio: 'ignore', detached: true });
  const ended = endOf(child);
  const answered = connectRedis(`unix://${at.socket}`, 'consumer');
  const probe = await Promise.race([answered, ended.then(() => null)]);
  if (!probe) {
    answered.then(
      (late) => late.disconnect(),
      () => undefined,
    );
    throw badConfig(`${at.binary} ended at once. Are the files in ${at.dir} its own, and is there room on the disk?`);
  }
  probe.disconnect();
  child.unref();
  return child;
}

function stopOnce(child: ChildProcess, disown: () => void): () => Promise<void> {
  const ended = endOf(child);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    child.ref();
    child.kill('SIGTERM');
    await ended;
    child.unref();
    disown();
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
}

/**
 * Writes this process's name into the folder; the returned function takes it out again.
 * @throws XepaError bad-config while the process lives whose name is there
 */
function own(dir: string): () => void {
  const file = join(dir, 'owner');
  const mine = processName(process.pid);
  const take = () => writeFileSync(file, `${mine}\n`, { flag: 'wx', mode: 0o600 });
  try {
    take();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const owner = readFileSync(file, 'utf8').trim();
    const [pid = ''] = owner.split(' ');
    if (processName(Number(pid)) === owner) {
      throw badConfig(`Another XEPA (process ${pid}) uses the data folder ${dir}. Stop it, or set XEPA_DATA_DIR.`);
    }
    rmSync(file, { force: true });
    take();
  }
  return () => rmSync(file, { force: true });
}

/** A process id and when that process started: ids are used again, most of all in containers. Empty where none runs. */
function processName(pid: number): string {
  if (!Number.isInteger(pid) || pid <= 0) return '';
  try {
    // proc(5): the name stands in brackets and may hold anything; behind it the first field is the state, the 20th the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? '' : `${pid} ${fields[19]}`;
  } catch {
    return process.platform !== 'linux' && runs(pid) ? `${pid}` : '';
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ends a server that still answers on the socket. It leaves once all is written; only then its files are free. */
async function shutDownOrphan(socket: string): Promise<void> {
  const options = { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null };
  const orphan = new Redis({ path: socket, ...options });
  orphan.on('error', () => undefined);
  try {
    await orphan.connect();
  } catch {
    return;
  }
  try {
    const gone = once(orphan, 'end', { signal: AbortSignal.timeout(SHUTDOWN_MS) });
    // Answered by a closed line.
    orphan.shutdown().catch(() => undefined);
    await gone;
  } catch (cause) {
    throw badConfig(`A Redis that an earlier XEPA left behind does not end: ${socket}. End its process.`, cause);
  } finally {
    orphan.disconnect();
  }
}

function serverArgv(dir: string, socket: string): string[] {
  return [
    ...['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700'],
    ...['--dir', dir, '--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    ...['--maxmemory-policy', 'noeviction'],
  ];
}

function findBinary(path: string): string {
  for (const name of binaries) {
    for (const folder of [...path.split(delimiter), '/usr/bin', '/usr/local/bin']) {
      if (folder !== '' && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  throw badConfig(
    'REDIS_URL is not set and no redis-server or valkey-server is installed. ' +
      'Run `apt-get install redis-server`, or set REDIS_URL.',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function badConfig(text: string, cause?: unknown): XepaError {
  return new XepaError('bad-config', { message: text, userMessage: text, cause });
}
