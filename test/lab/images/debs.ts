import { rm } from 'node:fs/promises';
import { run, text } from '../run.ts';

/** Unpacks Debian packages into `root`, without installing them: no maintainer script runs. `folder` is where apt may write. */
export async function unpackDebs(names: readonly string[], folder: string, root: string): Promise<void> {
  // apt drops its privileges for a download, and may not write into our folder then: that is only a warning of its
  await run('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...names], { cwd: folder });
  const debs = (await text('find', [folder, '-maxdepth', '1', '-name', '*.deb'])).trim().split('\n');
  for (const deb of debs) {
    await run('dpkg-deb', ['-x', deb, root]);
    await rm(deb);
  }
}
