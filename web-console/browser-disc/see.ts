import type { Entry } from '../access.ts';
import type { PersonNames } from '../person-names.ts';
import type { BrowserDiscView } from './disc-contract.ts';
import type { DiscLeases } from './leases.ts';
import { browserDiscView } from './wish.ts';

export interface BrowserDiscSeen {
  discLeases: Pick<DiscLeases, 'look'>;
  personNames: Pick<PersonNames, 'of'>;
}

/** The disc of a browser as this person sees it; asks nobody where there is none. */
export async function seeBrowserDisc(deps: BrowserDiscSeen, entry: Entry): Promise<BrowserDiscView | null> {
  const { record, session } = entry;
  if (!record.browserDisc || entry.standing !== 'open') return null;
  const [now, names] = await Promise.all([deps.discLeases.look(record.id), deps.personNames.of(record.id)]);
  return browserDiscView(record, { user: session.slackUser, names, now });
}
