import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where images and containers of this check live; nothing else on the machine sees them. */
export const store = resolve('.lab/image');
const packages: Record<string, string> = {
  buildah: 'buildah',
  podman: 'podman',
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
};

/** Says which packages are missing, as the command that installs them; null when nothing is. */
export async function missingPackages(): Promise<string | null> {
  const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin'];
  const missing = Object.keys(packages).filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (missing.length > 0) return `apt-get install --no-install-recommends ${missing.join(' ')}`;
  return null;
}

/** vfs and chroot work everywhere, also inside of a container or a virtual machine without overlayfs. */
function storage(): string[] {
  mkdirSync(store, { recursive: true });
  return ['--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', 'vfs'];
}

/** Runs buildah and shows what it says. @throws Error with the exit code */
export async function buildah(args: readonly string[]): Promise<void> {
  const child = spawn('buildah', [...storage(), ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('exit', done));
  if (code !== 0) throw new Error(`buildah ${args[0]} ended with ${code}`);
}

/** The arguments that make podman work on our store, by runc and without systemd. */
export function podmanArgs(args: readonly string[]): string[] {
  return [...storage(), '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', ...args];
}

/** Runs podman and returns what it printed. */
export async function podman(args: readonly string[]): Promise<string> {
  const { stdout } = await run('podman', podmanArgs(args), { maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim();
}

/** True when the image is in our store. */
export async function hasImage(name: string): Promise<boolean> {
  return await podman(['image', 'exists', name]).then(
    () => true,
    () => false,
  );
}
