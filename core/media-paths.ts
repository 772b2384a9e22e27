import { posix } from 'node:path';
import type { InstallRecord } from './contracts/install.ts';

/** Where ISOs lie on the server: the rescue's root is in memory like /run, and has more room; only root may write there. */
export const mediaFolder = '/var/lib/xepa';

/** Of another ISO, which comes while the VM runs; beside the first one, where there is one. */
export function otherDiscPath({ id, facts }: Pick<InstallRecord, 'id' | 'facts'>): string {
  return `${facts.media ? posix.dirname(facts.media.path) : mediaFolder}/${id}-other.iso`;
}
