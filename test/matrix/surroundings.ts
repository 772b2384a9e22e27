import { kernelRelease } from '../lab/images/packages.ts';
import { text } from '../lab/run.ts';
import type { Result } from './document.ts';

/** What a result is worth only together with: versions on this machine, the day, and the commit. */
export async function surroundings(): Promise<Pick<Result, 'versions' | 'day' | 'commit'>> {
  const version = async (name: string) => {
    const [, upstream = '?'] = /^Version: (?:\d+:)?([^+-]+)/m.exec(await text('dpkg', ['-s', name])) ?? [];
    return upstream.trim();
  };
  const [, qemu = '?'] = /version (\S+)/.exec(await text('qemu-system-x86_64', ['--version'])) ?? [];
  const kernel = (await kernelRelease()).replace(/-amd64$/, '');
  const commit = (await text('git', ['rev-parse', '--short', 'HEAD'])).trim();
  const changed = (await text('git', ['status', '--porcelain', '--', ':!docs'])).trim() !== '';
  return {
    versions: `QEMU ${qemu}, OVMF ${await version('ovmf')}, Linux ${kernel}`,
    day: new Date().toISOString().slice(0, 10),
    commit: changed ? `${commit}+` : commit,
  };
}
