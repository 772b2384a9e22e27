import { spawn, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from '../../core/ssh/command.ts';

/** A system of busybox alone, as Alpine is one, with a stand-in for apk. Root is needed to go there. */
export interface AlpineTree {
  /** Runs a command as sshd would, and answers with what its parser makes of the output. */
  exec<T>(command: Command<T>): Promise<T>;
  write(path: string, content: string): Promise<void>;
  /** Lines of a file, sorted. */
  lines(path: string): Promise<string[]>;
  remove(): Promise<void>;
}

const FOLDERS = ['bin', 'sbin', 'proc', 'dev', 'tmp', 'run', 'usr', 'var', 'srv', 'etc/apk', 'lib/apk/db'];
/** Seen only by what runs in there; what goes on in the background keeps it. */
const ENTER =
  'mount --bind /proc "$1/proc" && mount --bind /dev "$1/dev" && tree=$1 && shift && exec chroot "$tree" "$@"';

export async function growAlpineTree(): Promise<AlpineTree> {
  const root = await mkdtemp(join(tmpdir(), 'xepa-alpine-'));
  for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  const busybox = spawnSync('chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
  if (busybox.status !== 0) throw new Error(`busybox: ${busybox.stderr}`);
  await copyFile(join(import.meta.dirname, '../fakes/apk.sh'), join(root, 'sbin/apk'));
  await chmod(join(root, 'sbin/apk'), 0o755);
  const write = (path: string, content: string) => writeFile(join(root, path), content, { mode: 0o755 });
  await write('etc/alpine-release', '3.20.3\n');
  await write('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.3\n');
  return {
    write,
    async exec(command) {
      const argv = ['--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'sh', root, ...command.argv];
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
      const child = spawn('unshare', argv, { env, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.end(command.stdin ?? '');
      const ended = new Promise<number>((done) => child.once('close', (code) => done(code ?? 128)));
      const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      if (!(command.okCodes ?? [0]).includes(exitCode)) throw new Error(`exit ${exitCode}: ${stderr}`);
      return command.parse({ stdout, stderr, exitCode });
    },
    async lines(path) {
      const content = await readFile(join(root, path), 'utf8');
      return content.split('\n').filter(Boolean).sort();
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
