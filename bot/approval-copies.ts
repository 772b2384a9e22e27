import type { Need } from '../core/contracts/approval.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Logger } from '../core/log.ts';
import type { MessageWriter } from './message-writer.ts';
import type { People } from './people.ts';
import { slackFailure } from './slack-errors.ts';
import { approvalCard } from './views/approval-card.ts';

/** So many people get the card in their own messages; more would be noise. */
const MOST = 10;

/** Whose agreement is needed by name or by group, to be told in their own messages; nobody where anybody will do. */
export async function whomToTell(
  people: Pick<People, 'membersOf'>,
  needs: readonly Need[],
  requesterId: string,
): Promise<string[]> {
  const groups = [...new Set(needs.flatMap((need) => need.groups))];
  const members = await people.membersOf(groups);
  const named = new Set([...needs.flatMap((need) => need.users), ...members]);
  named.delete(requesterId);
  return [...named].slice(0, MOST);
}

/** Under which name each copy of the card is remembered: the one in the thread, and one for each person. */
export function cardKeys({ approval }: InstallRecord): string[] {
  return ['approval', ...(approval?.notify ?? []).map(copyKey)];
}

/**
 * Shows the card to everybody who was told of it, decided or not. Who cannot be written to is left out: the card in the
 * thread is the one that counts.
 * @returns false while one of them is not there
 */
export async function showCopies(
  deps: { log: Logger },
  writer: MessageWriter,
  record: InstallRecord,
): Promise<boolean> {
  const card = approvalCard(record);
  let all = true;
  for (const user of record.approval?.notify ?? []) {
    const copy = { key: copyKey(user), whole: card, state: card, urgent: true, to: { channel: user } };
    try {
      all = (await writer.write(record, copy)).settled && all;
    } catch (err) {
      if (slackFailure(err).kind !== 'refused') throw err;
      deps.log.info({ installId: record.id, user, err: String(err) }, 'somebody cannot be told of an approval request');
    }
  }
  return all;
}

function copyKey(user: string): string {
  return `approval.${user}`;
}
