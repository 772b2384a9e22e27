import type { InstallRecord } from '../core/contracts/install.ts';
import type { Asker, BotDeps } from './deps.ts';
import { confirmVoteLink, linkPasskeyLink } from './views/step-up.ts';

/** A vote that counts only with a passkey: gives the way to the page where it is shown, or first to where one is linked. */
export async function askForPasskey(
  deps: Pick<BotDeps, 'passkeys' | 'stepUpLinks' | 'rules'>,
  asker: Asker,
  record: InstallRecord,
): Promise<void> {
  const { approval } = record;
  if (!approval) return;
  const pageLink = (made: { ticket: string; ttlSeconds: number }) => ({
    url: `${deps.rules.publicUrl}/p#${made.ticket}`,
    ttlSeconds: made.ttlSeconds,
  });
  const { team, user } = asker;
  const person = { team, user };
  if ((await deps.passkeys.list(person)).length === 0) {
    const link = pageLink(await deps.stepUpLinks.issueLink(person));
    return asker.tell(linkPasskeyLink(link, { linked: 0, voting: true }));
  }
  const wish = { person, installId: record.id, approval };
  await asker.tell(confirmVoteLink(pageLink(await deps.stepUpLinks.issueVote(wish))));
}
