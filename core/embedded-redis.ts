import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { XepaError } from './errors.ts';
import { connectRedis } from './redis.ts';

/** A private Redis of ours: no port, a unix socket for this user alone, every write in an append-only file. */
export interface EmbeddedRedis {
  url: string;
  stop(): Promise<void>;
}

const binaries = ['valkey-server', 'redis-server'];
/** sun_path holds 108 bytes with its end mark (unix(7)). */
const SOCKET_PATH_MAX = 107;

/**
 * Starts `valkey-server` or `redis-server` from PATH over a data folder and waits until it answers.
 * @throws XepaError bad-config with the line that names the fix where no binary is found
 */
export async function startEmbeddedRedis(folder: string, path: string): Promise<EmbeddedRedis> {
  const binary = findBinary(path);
  const dir = resolve(folder);
  const socket = join(dir, 'redis.sock');
  if (Buffer.byteLength(socket) > SOCKET_PATH_MAX) throw badConfig(`The data folder's path is too long: ${dir}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const child = spawn(binary, serverArgv(dir, socket), { stdio: 'ignore' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = `unix://${socket}`;
  const probe = await Promise.race([connectRedis(url, 'consumer'), ended.then(() => null)]);
  if (!probe) throw badConfig(`${binary} ended at once; is another one using ${dir}?`);
  probe.disconnect();
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
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

function badConfig(text: string): XepaError {
  return new XepaError('bad-config', { message: text, userMessage: text });
}
