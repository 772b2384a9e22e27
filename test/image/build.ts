import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildah, podman, store } from './engine.ts';

const run = promisify(execFile);
const authorities = '/etc/ssl/certs/ca-certificates.crt';

export const imageName = 'localhost/xepa:check';

/** Builds the Dockerfile as it stands, with this machine's npm registry and certificate authorities. */
export async function buildImage(): Promise<void> {
  const npmrc = join(store, 'npmrc');
  const { stdout } = await run('npm', ['config', 'get', 'registry']);
  const trusted = existsSync(authorities);
  writeFileSync(npmrc, `registry=${stdout.trim()}\n${trusted ? `cafile=${authorities}\n` : ''}`);
  await buildah([
    // One layer per stage: with vfs every layer is a whole copy of the one below.
    ...['build', '--isolation', 'chroot', '--pull-never', '--layers=false', '--network', 'host'],
    ...['--volume', `${npmrc}:/root/.npmrc:ro`],
    ...(trusted ? ['--volume', `${authorities}:${authorities}:ro`] : []),
    ...['--tag', imageName, '.'],
  ]);
  // The image of the last time has lost its name to this one.
  await podman(['image', 'prune', '--force']);
}
