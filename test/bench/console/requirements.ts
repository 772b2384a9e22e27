import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const wanted = [
  ['websockify', '/usr/bin/websockify'],
  ['openssh-server', '/usr/sbin/sshd'],
  ['openssh-client', '/usr/bin/ssh'],
  ['qemu-system-x86', '/usr/bin/qemu-system-x86_64'],
] as const;

/** Sees to it that what stands beside us is there: as root it is installed, else the one command is said. */
export function requirePackages(): void {
  const missing = wanted.filter(([, path]) => !existsSync(path)).map(([name]) => name);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    console.error('Some packages are missing. Install them, then start again:');
    console.error(`  sudo sh -c 'apt-get update && apt-get ${install.join(' ')}'`);
    process.exit(1);
  }
  console.log(`Installing ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const argv of [['update'], install])
    execFileSync('apt-get', argv, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

/** Builds the product as the image has it: what runs from sources brings a heap of its own. */
export function buildProduct(): void {
  execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const require = createRequire(import.meta.url);

/**
 * Builds ssh2's native ciphers into node_modules, as the Dockerfile does, where there is a compiler.
 * @returns whether this Node uses them
 */
export function buildBinding(): boolean {
  const folder = join(dirname(require.resolve('ssh2')), 'protocol/crypto');
  const built = join(folder, 'build/Release/sshcrypto.node');
  if (!loads(built)) {
    try {
      build(folder);
    } catch (error) {
      console.log(`ssh2's native ciphers were not built: ${error instanceof Error ? error.message : error}`);
    }
  }
  return loads(built);
}

/** Present is not enough: ssh2 goes on in JavaScript, without a word, where the file was built for another Node. */
function loads(addon: string): boolean {
  try {
    execFileSync(process.execPath, ['-e', 'require(process.argv[1])', addon], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The headers come with the `node` package, so nothing is downloaded. */
function build(folder: string): void {
  const node = dirname(dirname(require.resolve('node/package.json')));
  const npm = dirname(
    dirname(execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim()),
  );
  const gyp = join(npm, 'node_modules/node-gyp/bin/node-gyp.js');
  const headers = join(node, `node/node_modules/node-${process.platform}-${process.arch}`);
  const openssl = process.versions.openssl.split('.')[0];
  const argv = [gyp, 'rebuild', `--nodedir=${headers}`, `--real_openssl_major=${openssl}`];
  execFileSync(process.execPath, argv, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}
