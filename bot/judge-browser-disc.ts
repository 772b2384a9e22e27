import type { BrowserDisc } from '../core/contracts/browser-disc.ts';
import { consoleIsOpen, type InstallRecord } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';
import type { BotDeps } from './deps.ts';
import { situationOf, unvotable } from './judging.ts';
import { judge } from './policy/judge.ts';
import { namedGroups } from './policy/roles.ts';
import type { ActionName } from './policy/types.ts';

/** Somebody wants to serve a file of their computer to an install, and nobody has judged that yet. */
export function hasOpenBrowserDisc(record: InstallRecord): boolean {
  return record.browserDisc?.verdict === 'asked' && record.browserDisc.over !== true && consoleIsOpen(record);
}

/** All of them must be theirs at this moment; the last one is what a policy forbids files of computers by. */
const needed: readonly ActionName[] = ['console', 'install', 'iso-upload'];

/**
 * Judges it as an install with an ISO that nobody can look up: what is read from a browser has no digest before it was
 * read, and may be another one each time. Any number of bots may do it at once.
 * @throws XepaError slack-failed: without Slack's word nothing is done; the caller tries again
 */
export async function judgeBrowserDisc(deps: BotDeps, installId: string): Promise<void> {
  const record = await deps.store.find(installId);
  const { browserDisc: disc } = record ?? {};
  if (!record || !disc || !hasOpenBrowserDisc(record)) return;
  const reasons = [...(await obstacles(deps, record, disc)), ...foreign(deps.rules.isoAllow)];
  await deps.store.update(installId, (current) => judgedBrowserDisc(current, disc.n, reasons));
}

async function obstacles(deps: BotDeps, record: InstallRecord, disc: BrowserDisc): Promise<readonly string[]> {
  const { policy } = deps.policy.current();
  const person = await deps.people.find(disc.by.id, namedGroups(policy));
  const place = { channel: record.slack?.channel ?? '' };
  const { reason = null } = record.request;
  const reasons = new Set<string>();
  for (const action of needed) {
    const judgement = judge(policy, await situationOf(deps, place, { person, wish: { action, record, reason } }));
    if (judgement.kind === 'refused') for (const why of judgement.reasons) reasons.add(why);
    if (judgement.kind === 'needs-approval') reasons.add(unvotable(judgement.terms));
  }
  // What was approved is the ISO of the install, whatever the policy says by now.
  if (record.approval) reasons.add(record.request.iso ? onlyApproved : approvedWithout);
  return [...reasons];
}

/** Where ISOs may come from certain places only, a computer is none of them. */
function foreign(allow: readonly string[]): string[] {
  return allow.length === 0 ? [] : [`ISOs may come only from ${allow.join(', ')}, so none is read from a computer.`];
}

const onlyApproved =
  'This install was approved for its ISO, and a file of a computer has no digest that could have been approved.';

const approvedWithout =
  'This console was approved without a disc, and a file of a computer is none that could have been approved.';

/** Null when it was judged already, or something else is wanted since. @param reasons why not; none: it may be */
export function judgedBrowserDisc(record: InstallRecord, n: number, reasons: readonly string[]): Change | null {
  const { browserDisc: disc } = record;
  if (disc?.n !== n || disc.verdict !== 'asked') return null;
  const { by: actor, name, bytes } = disc;
  if (reasons.length > 0) {
    const why = reasons.join(' ');
    const note = { type: 'refused', actor, detail: { what: 'console-browser-disc', reason: why } };
    return { record: { ...record, browserDisc: { ...disc, verdict: 'refused', why } }, note };
  }
  const note = { type: 'console-browser-disc-accepted', actor, detail: { name, bytes } };
  return { record: { ...record, browserDisc: { ...disc, verdict: 'accepted' } }, note };
}
