import type { Clock } from '../core/clock.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Redemption, TicketClaims, Tickets } from '../core/tickets.ts';
import { isRefusal, type Refusal, type RefusalCode, refuse } from './refusals.ts';
import type { SessionStore } from './session-store.ts';
import { standingOf } from './standing.ts';

export interface ExchangeDeps {
  store: Pick<InstallStore, 'find' | 'note'>;
  tickets: Pick<Tickets, 'redeem'>;
  sessions: SessionStore;
  clock: Clock;
  sessionMs: number;
}

/** `secret` goes into the session cookie. */
export interface Exchanged {
  installId: string;
  secret: string;
}

type WhyNot = Extract<Redemption, { ok: false }>['why'];
const refusalOf: Record<WhyNot, RefusalCode> = {
  bad: 'bad-link',
  expired: 'expired-link',
  used: 'used-link',
  revoked: 'revoked-link',
};

/** Turns a ticket into a console session, once; a double click in the same browser enters the session it just got. */
export async function exchange(
  deps: ExchangeDeps,
  asked: { ticket: string; secret: string | null },
): Promise<Exchanged | Refusal> {
  const redeemed = await deps.tickets.redeem(asked.ticket);
  if (!redeemed.ok) {
    const again = redeemed.why === 'used' ? await deps.sessions.recentEntry(asked.ticket, asked.secret) : null;
    if (again !== null && asked.secret !== null) return { installId: again, secret: asked.secret };
    return refuse(refusalOf[redeemed.why]);
  }
  const opened = await openSession(deps, redeemed.claims, asked.secret);
  if (!isRefusal(opened)) await deps.sessions.rememberEntry(asked.ticket, opened);
  return opened;
}

async function openSession(
  deps: ExchangeDeps,
  claims: TicketClaims,
  secret: string | null,
): Promise<Exchanged | Refusal> {
  const { installId, slackUser, name, right, epoch } = claims;
  const record = await deps.store.find(installId);
  if (!record || standingOf(record) === 'ended') return refuse('ended');
  const openedAt = deps.clock.now();
  const asked = { installId, slackUser, name, right, epoch, openedAt, endsAt: openedAt + deps.sessionMs };
  const opened = await deps.sessions.open(asked, secret);
  const { endsAt, ...held } = opened.session;
  const stays = held.right === right ? {} : { stays: { right: held.right, slackUser: held.slackUser } };
  const actor = { via: 'console' as const, id: slackUser };
  await deps.store.note(installId, { type: 'console-session-opened', actor, detail: { right, endsAt, ...stays } });
  return { installId, secret: opened.secret };
}
