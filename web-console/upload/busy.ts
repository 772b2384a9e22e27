import type { Clock } from '../../core/clock.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { DiscProgress } from '../../core/disc-progress.ts';
import { isUnderWay, uploadIn, uploadState } from './wish.ts';

/** A wish that nobody has carried out yet counts for so long. */
const FRESH_MS = 120_000;

/** Somebody uploads at this moment: another ISO waits until they have finished, stopped or gone. */
export async function isBusy(
  deps: { discProgress: Pick<DiscProgress, 'read'>; clock: Clock },
  record: InstallRecord,
): Promise<boolean> {
  const wish = uploadIn(record);
  if (!wish || !isUnderWay(record, wish)) return false;
  const isFresh = deps.clock.now() - wish.at < FRESH_MS || uploadState(record, wish) === 'checking';
  return isFresh || (await deps.discProgress.read(record.id)) !== null;
}
