import type { InstallRecord } from '../core/contracts/install.ts';
import { isFinal } from '../core/contracts/install.ts';
import { awaitsClearance } from '../core/decisions.ts';
import type { Change } from '../core/install-store.ts';
import type { BotDeps } from './deps.ts';
import { type Rejudgement, rejudgeStart } from './rejudge.ts';

/** What the policy said of an install when its time had come. */
type Clearance = NonNullable<InstallRecord['clearance']>;

/**
 * An install that was asked for with a time begins only by this: when that time has come, the policy is asked again, and
 * a yes is written for the worker, a no ends the install. May be repeated; before its time it only asks to be called again.
 * @throws XepaError slack-failed when Slack does not say who the requester is by now; nothing begins meanwhile
 */
export async function letBegin(deps: BotDeps, installId: string): Promise<void> {
  const record = await deps.store.find(installId);
  if (!record || !awaitsClearance(record)) return;
  const early = (record.request.startAt ?? 0) - deps.clock.now();
  if (early > 0) return deps.notices.sendLater({ installId, rev: record.rev }, early);
  const { digest: policy } = deps.policy.current();
  const said = await rejudgeStart(deps, record);
  const clearance = clearanceOf(said, { at: deps.clock.now(), policy });
  // Whoever wrote since the policy was asked has sent a notice of it, and with that it is asked again.
  const now = await deps.store.update(installId, (current) =>
    current.rev === record.rev ? clear(current, clearance) : null,
  );
  if (isFinal(now)) await deps.store.markEnded(now.id);
  else if (now.clearance) await deps.installQueue.wake(now.id);
}

/** Its time has come: it may begin, or it ends without having touched anything. Null when that is settled already. */
export function clear(record: InstallRecord, clearance: Clearance): Change | null {
  if (!awaitsClearance(record)) return null;
  const { refused, policy } = clearance;
  const actor = { via: 'system' as const, id: 'bot' };
  if (!refused) return { record: { ...record, clearance }, note: { type: 'start-allowed', actor, detail: { policy } } };
  return {
    record: { ...record, clearance, phase: 'undone' },
    note: { type: 'start-refused', actor, detail: { policy, why: refused.reasons } },
  };
}

function clearanceOf(said: Rejudgement, asked: Pick<Clearance, 'at' | 'policy'>): Clearance {
  switch (said.kind) {
    case 'same':
      return asked;
    case 'refused':
      return { ...asked, refused: { reasons: [...said.reasons], people: [...said.named] } };
    case 'changed':
      return { ...asked, refused: { reasons: [otherApprovals], people: [] } };
  }
}

const otherApprovals = 'The policy asks for other approvals by now than this install has.';
