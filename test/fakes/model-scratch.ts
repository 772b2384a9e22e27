import { makeMediaFolder } from '../../worker/host/media-folder.ts';
import { mountScratchScript, unmountScratchScript } from '../../worker/host/scripts/scratch.ts';
import { commandParts } from './command-parts.ts';

/** What a device does for a console: its memory for a snapshot, and the folder for ISOs. @param did notes it */
export function scratchActions(did: (name: string) => string): [string, readonly [string, () => string]][] {
  return [
    [mountScratchScript, ['mount scratch', () => `${did('mount scratch')}## xepa mounted\nyes`]],
    [unmountScratchScript, ['unmount scratch', () => did('unmount scratch')]],
    [commandParts(makeMediaFolder('')).script, ['make folder', () => did('make folder')]],
  ];
}
