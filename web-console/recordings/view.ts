import type { InstallRecord } from '../../core/contracts/install.ts';
import { type RecordingEntry, stateOf } from '../../core/contracts/recording.ts';
import { isoName } from '../page-state.ts';
import type { Reel } from './reel.ts';
import { survey } from './survey.ts';
import type { RecordingView } from './survey-contract.ts';

/** What the player shows. `entry` is what the list says of it, null when it stands in none. */
export async function viewOf(
  reel: Reel,
  record: InstallRecord,
  about: { entry: RecordingEntry | null; now: number },
): Promise<RecordingView> {
  const { id, user, name = user, right, startedAt } = reel.head;
  const { entry, now } = about;
  return {
    ...(await survey(reel)),
    install: record.id,
    device: record.device.name,
    iso: isoName(record),
    recording: id,
    ...{ name, right, startedAt },
    goesOn: entry !== null && stateOf(entry, now) === 'going-on',
  };
}
