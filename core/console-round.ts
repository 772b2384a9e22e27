import { type InstallRecord, isTroubleshooting } from './contracts/install.ts';

/** The metal was asked to start from its disk after the last entry into rescue. */
export function hasLeftRescue({ facts: { boot, rescue } }: InstallRecord): boolean {
  const entries = rescue?.entries ?? 0;
  return boot !== undefined && (boot.entry ?? entries) >= entries;
}

/** "Console again" is under way: back in rescue, between that answer and the next restart from the disk. */
export function inAnotherRound(record: InstallRecord): boolean {
  const asks = record.at === 'verify' || record.at === 'release';
  return record.facts.again !== undefined && !asks && !hasLeftRescue(record);
}

/** The VM starts what is on the disk, with an empty drive: a console, or a further round at the console of an install. */
export function startsFromDisk(record: InstallRecord): boolean {
  return isTroubleshooting(record) || inAnotherRound(record);
}

/** The metal is booting what was installed, or has: from then on nothing can be cancelled, until the console is opened again. */
export function isPastCancelling(record: InstallRecord): boolean {
  return record.facts.boot !== undefined && !inAnotherRound(record);
}
