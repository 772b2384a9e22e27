import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import { toXepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { type AccessDeps, type Entry, enter, mustBeOpen } from './access.ts';
import type { AddressCount } from './address-count.ts';
import { readBanner } from './banner.ts';
import type { Remark } from './bounded-log.ts';
import { clientAddress } from './client-address.ts';
import type { SessionCookie } from './cookie.ts';
import { bareHeaders } from './headers.ts';
import { checkOrigin } from './origin.ts';
import { Pipe } from './pipe.ts';
import type { Presence } from './presence.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import type { HostStream, Targets } from './target.ts';
import { turnAway } from './turn-away.ts';
import type { Seat, Viewers } from './viewers.ts';

export interface GatewayDeps {
  access: AccessDeps;
  cookie: SessionCookie;
  publicUrl: string;
  targets: Targets;
  viewers: Viewers;
  presence: Pick<Presence, 'enter'>;
  upgradeLimit: RateLimit;
  /** Screens by the address of their browser. */
  addresses: AddressCount;
  /** Reverse proxies in front of us, whose X-Forwarded-For is believed. */
  proxies: number;
  /** Says what strangers cause. */
  remark: Remark;
  clock: Clock;
  log: Logger;
  idleMs: number;
}

/** Handles an HTTP upgrade. Never throws: whatever goes wrong is a plain HTTP refusal. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

interface Raw {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

const BANNER_TIMEOUT_MS = 10_000;
const MAX_FRAME = 1024 * 1024;
const screenPath = /^\/console\/([\w-]{1,64})\/vnc$/;

/** The way to the VM's screen: every check comes before the WebSocket exists. */
export function createGateway(deps: GatewayDeps): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME,
    clientTracking: false,
  });

  async function handle(raw: Raw): Promise<void> {
    const from = clientAddress(raw.request, deps.proxies);
    const depart = deps.addresses.enter(from);
    if (!depart) return refuseScreen(raw, refuse('too-many'), from);
    raw.socket.once('close', depart);
    const entry = await admit(deps, raw.request);
    if (isRefusal(entry)) return refuseScreen(raw, entry, from);
    if (!(await deps.upgradeLimit.pass(keyOf(entry)))) return refusePage(raw, refuse('too-fast'), entry);
    const seat = deps.viewers.take(entry.session);
    if (isRefusal(seat)) return refusePage(raw, seat, entry);
    raw.socket.once('close', seat.leave);
    const target = await openScreen(deps, entry);
    if (isRefusal(target)) return refusePage(raw, target, entry);
    // Also where ws refuses a malformed handshake, or the browser went while we were busy.
    raw.socket.once('close', target.release);
    if (raw.socket.destroyed) return target.release();
    server.handleUpgrade(raw.request, raw.socket, raw.head, (socket) => join(deps, { socket, entry, seat, target }));
  }

  /** To a stranger: in plain HTTP, and nothing but why. */
  function refuseScreen(raw: Raw, refusal: Refusal, from: string): void {
    deps.remark({ from, refused: refusal.refused, reason: refusal.message }, 'a screen was refused');
    answer(raw.socket, refusal, deps.publicUrl);
  }

  /** To a page that proved its session: browsers hide an HTTP refusal from it, but not why a WebSocket was closed. */
  function refusePage(raw: Raw, refusal: Refusal, { session }: Entry): void {
    const { installId, slackUser } = session;
    deps.remark({ installId, slackUser, refused: refusal.refused, reason: refusal.message }, 'a screen was refused');
    if (raw.socket.destroyed) return;
    server.handleUpgrade(raw.request, raw.socket, raw.head, (socket) => turnAway(socket, refusal));
  }

  return (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    handle({ request, socket, head }).catch((err) => {
      deps.log.error({ err }, 'an upgrade failed');
      answer(socket, refuse('screen-silent'), deps.publicUrl);
    });
  };
}

/** Origin, session, install and state, in this order; the first no is the answer. */
async function admit(deps: GatewayDeps, request: IncomingMessage): Promise<Entry | Refusal> {
  const installId = screenPath.exec(request.url ?? '')?.[1];
  if (installId === undefined) return refuse('not-found');
  const foreign = checkOrigin(request.headers, deps.publicUrl);
  if (foreign) return foreign;
  const secret = deps.cookie.read(request.headers.cookie);
  const entry = await enter(deps.access, { secret, installId });
  if (isRefusal(entry)) return entry;
  return mustBeOpen(entry) ?? entry;
}

/** What opens of screens are counted by: one session. */
function keyOf({ session }: Entry): string {
  return `${session.installId}/${session.slackUser}/${session.openedAt}`;
}

interface Screen extends HostStream {
  banner: Buffer;
}

/** Opens the VM's screen and hears it speak RFB. */
async function openScreen(deps: GatewayDeps, entry: Entry): Promise<Screen | Refusal> {
  let target: HostStream | null = null;
  try {
    target = await deps.targets.open(entry.record, 'vnc');
    return { ...target, banner: await readBanner(target.stream, BANNER_TIMEOUT_MS) };
  } catch (thrown) {
    target?.release();
    const err = toXepaError(thrown);
    deps.log.warn({ installId: entry.record.id, err }, 'a screen did not open');
    // Of a command that failed: it looked for the VM's socket.
    const absent = err.code === 'host-command-failed';
    return refuse('screen-silent', absent ? 'The virtual machine has no screen right now.' : err.userMessage);
  }
}

function join(deps: GatewayDeps, parts: { socket: WebSocket; entry: Entry; seat: Seat; target: Screen }): void {
  const { socket, seat, target } = parts;
  const { session } = parts.entry;
  const who = { installId: session.installId, slackUser: session.slackUser };
  const leave = deps.presence.enter(session);
  const pipe = new Pipe({
    socket,
    target,
    banner: target.banner,
    right: session.right,
    clock: deps.clock,
    endsAt: session.endsAt,
    idleMs: deps.idleMs,
    onClose(reason) {
      seat.leave();
      leave(reason);
      deps.log.info({ ...who, reason }, 'a screen closed');
    },
  });
  deps.log.info(who, 'a screen opened');
  if (!seat.sit(pipe)) pipe.close('ended');
}

/** A plain HTTP answer on a socket that never became a WebSocket. */
function answer(socket: Duplex, refusal: Refusal, publicUrl: string): void {
  if (socket.destroyed) return;
  const body = Buffer.from(`${refusal.message}\n`);
  const head = [
    `HTTP/1.1 ${refusal.status} Refused`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    ...bareHeaders(publicUrl),
    `X-Xepa-Refused: ${refusal.refused}`,
    `Content-Length: ${body.length}`,
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}
