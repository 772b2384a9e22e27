import type { InstallRecord } from '../core/contracts/install.ts';
import { notAllowed } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { noteRefusal } from './note-refusal.ts';
import type { Person, Rules, Verdict } from './policy.ts';

/**
 * Asks Slack who this is, asks the policy, and puts a refusal on the install's audit trail.
 * @throws XepaError not-allowed with the reason; slack-failed when Slack does not say who it is
 */
export async function authorise(
  deps: BotDeps,
  asker: Asker,
  wish: {
    record: InstallRecord;
    may: (record: InstallRecord, person: Person, rules: Rules) => Verdict;
    /** For the audit trail, such as "approve". */
    what: string;
  },
): Promise<void> {
  const person = await deps.people.find(asker.user);
  const verdict = wish.may(wish.record, person, deps.rules);
  if (verdict.ok) return;
  await deps.store.note(wish.record.id, {
    type: 'refused',
    actor: { via: 'slack', id: asker.user },
    detail: { what: wish.what, reason: verdict.reason },
  });
  throw notAllowed(verdict.reason);
}

/** The same for what concerns no install yet. @throws XepaError not-allowed, slack-failed */
export async function authoriseGenerally(
  deps: BotDeps,
  asker: Asker,
  may: (person: Person, rules: Rules) => Verdict,
  what: string,
): Promise<void> {
  const verdict = may(await deps.people.find(asker.user), deps.rules);
  if (verdict.ok) return;
  await noteRefusal(deps, asker, { what, reason: verdict.reason });
  throw notAllowed(verdict.reason);
}
