import type { InstallRecord } from '../core/contracts/install.ts';
import { consoleIsOpen } from '../core/contracts/install.ts';
import type { Wish } from '../core/wishes.ts';
import type { BotDeps } from './deps.ts';
import { situationOf, unvotable } from './judging.ts';
import { judge } from './policy/judge.ts';
import { namedGroups } from './policy/roles.ts';

/**
 * Judges pictures that were asked for on the console's page as if the person typed `/xepa shot` now: the web console knows
 * no policy. Any number of bots may do it at once.
 * @throws XepaError slack-failed: without Slack's word nothing is done; the caller tries again
 */
export async function judgePictures(deps: BotDeps, installId: string): Promise<void> {
  const wishes = await deps.wishes.unjudged(installId);
  const record = wishes.length > 0 ? await deps.store.find(installId) : null;
  if (!record) return;
  for (const wish of wishes) {
    const why = await obstacle(deps, record, wish);
    if (why === null) await deps.wishes.allow(installId, wish.nonce);
    else await refuseWish(deps, record, { wish, why });
  }
  await deps.installQueue.wake(installId);
}

/** Why not, or null where they may. */
async function obstacle(deps: BotDeps, record: InstallRecord, wish: Wish): Promise<string | null> {
  if (!consoleIsOpen(record))
    return record.request.iso ? 'The installer does not run any more.' : 'The VM does not run any more.';
  const { policy } = deps.policy.current();
  const person = await deps.people.find(wish.by, namedGroups(policy));
  const situation = await situationOf(deps, wish, { person, wish: { action: 'console-view', record } });
  const judgement = judge(policy, situation);
  if (judgement.kind === 'refused') return judgement.reasons.join(' ');
  return judgement.kind === 'needs-approval' ? unvotable(judgement.terms) : null;
}

async function refuseWish(
  deps: BotDeps,
  record: InstallRecord,
  { wish, why }: { wish: Wish; why: string },
): Promise<void> {
  // Of several bots one is the first, and it alone writes it down.
  if (!(await deps.wishes.answer(record.id, wish.nonce, { what: 'failed', message: why }))) return;
  const actor = { via: 'console', id: wish.by } as const;
  await deps.store.note(record.id, { type: 'refused', actor, detail: { what: 'console-view', reason: why } });
}
