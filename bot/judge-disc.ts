import type { DiscWish, InstallRecord, IsoRequest } from '../core/contracts/install.ts';
import { consoleIsOpen } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import type { Change } from '../core/install-store.ts';
import { resolveIso } from './catalogue.ts';
import type { BotDeps } from './deps.ts';
import { situationOf } from './judging.ts';
import { digestFirstFault } from './media-wish.ts';
import { judge } from './policy/judge.ts';
import { namedGroups } from './policy/roles.ts';
import type { ActionName } from './policy/types.ts';
import { spoken } from './spoken.ts';

/** Somebody at the console wants another ISO on the server, and nobody has judged that yet. */
export function hasOpenDiscWish(record: InstallRecord): boolean {
  return record.discWish?.verdict === 'asked' && consoleIsOpen(record);
}

/** `digestFirst`: rules that want an ISO with a checksum. */
interface Obstacles {
  reasons: readonly string[];
  digestFirst?: readonly string[] | undefined;
}

type Verdict = { iso?: IsoRequest } | { why: string };

/**
 * Judges it as if the person typed an install with that ISO now: another ISO is another system on the same disks. The
 * web console knows neither the policy nor where ISOs may come from. Any number of bots may do it at once.
 * @throws XepaError slack-failed: without Slack's word nothing is done; the caller tries again
 */
export async function judgeDisc(deps: BotDeps, installId: string): Promise<void> {
  const record = await deps.store.find(installId);
  if (!record?.discWish || !hasOpenDiscWish(record)) return;
  const { n } = record.discWish;
  const verdict = await verdictOn(deps, record, record.discWish);
  const now = await deps.store.update(installId, (current) => judged(current, n, verdict));
  if (now.discWish?.n === n && now.discWish.verdict === 'accepted') await deps.installQueue.wake(installId);
}

async function verdictOn(deps: BotDeps, record: InstallRecord, wish: DiscWish): Promise<Verdict> {
  const { reasons, digestFirst } = await obstacles(deps, record, wish);
  if (reasons.length > 0) return { why: reasons.join(' ') };
  const { isos: catalogue, isoAllow: allow } = deps.rules;
  if (wish.upload) return allow.length > 0 ? { why: onlyFrom(allow) } : {};
  try {
    const library = await deps.shelf.isos.all();
    const iso = resolveIso({ iso: wish.typed, sha256: wish.sha256 }, { catalogue, library, allow });
    const fault = digestFirstFault(digestFirst, { iso });
    return fault === null ? { iso } : { why: spoken(fault) };
  } catch (error) {
    if (!(error instanceof XepaError)) throw error;
    return { why: spoken(error.userMessage) };
  }
}

/** Both must be theirs at this moment: the console, and an install on this device. */
async function obstacles(deps: BotDeps, record: InstallRecord, wish: DiscWish): Promise<Obstacles> {
  let digestFirst: readonly string[] | undefined;
  const { policy } = deps.policy.current();
  const person = await deps.people.find(wish.by.id, namedGroups(policy));
  const place = { channel: record.slack?.channel ?? '' };
  const { reason = null } = record.request;
  for (const action of wish.upload ? uploading : fetching) {
    const situation = await situationOf(deps, place, { person, wish: { action, record, reason } });
    const judgement = judge(policy, situation);
    if (judgement.kind === 'refused') return { reasons: judgement.reasons };
    if (judgement.kind === 'needs-approval') return { reasons: [onlyApproved(record)] };
    digestFirst = judgement.digestFirst ?? digestFirst;
  }
  // What was approved is this ISO, whatever the policy says by now.
  return { reasons: record.approval ? [onlyApproved(record)] : [], digestFirst };
}

/** An address can be looked up by others, and a file of somebody's computer cannot: the policy may forbid those alone. */
const fetching: readonly ActionName[] = ['console', 'install'];
const uploading: readonly ActionName[] = [...fetching, 'iso-upload'];

function onlyFrom(allow: readonly string[]): string {
  return `ISOs may come only from ${allow.join(', ')}, so none may be uploaded from a computer.`;
}

function onlyApproved({ request }: InstallRecord): string {
  return request.iso
    ? 'This install was, or would have to be, approved for its ISO. Another one needs an install of its own: cancel this one and ask for it.'
    : 'A console with an ISO would have to be approved like an install of it. Ask for an install instead: boot the metal, then type `/xepa install`.';
}

/** Null when it was judged already, or something else was asked for since. */
export function judged(record: InstallRecord, n: number, verdict: Verdict): Change | null {
  const wish = record.discWish;
  if (wish?.n !== n || wish.verdict !== 'asked') return null;
  const { by: actor } = wish;
  if ('why' in verdict) {
    const note = { type: 'refused', actor, detail: { what: 'console-disc', reason: verdict.why } };
    return { record: { ...record, discWish: { ...wish, verdict: 'refused', why: verdict.why } }, note };
  }
  const { iso } = verdict;
  const detail = iso
    ? { url: iso.url, name: iso.name ?? null, sha256: iso.sha256 ?? null }
    : { name: wish.typed, bytes: wish.upload?.bytes ?? null };
  const accepted = { ...wish, verdict: 'accepted' as const, ...(iso ? { iso } : {}) };
  return { record: { ...record, discWish: accepted }, note: { type: 'console-disc-accepted', actor, detail } };
}
