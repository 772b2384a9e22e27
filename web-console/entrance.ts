import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../core/log.ts';
import { type AccessDeps, type Entry, enter, mustBeOpen } from './access.ts';
import type { AddressCount } from './address-count.ts';
import type { Remark } from './bounded-log.ts';
import { clientAddress } from './client-address.ts';
import type { SessionCookie } from './cookie.ts';
import { bareHeaders } from './headers.ts';
import type { Keyboards, Place } from './keyboards.ts';
import { checkOrigin } from './origin.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import type { HostStream } from './target.ts';
import { turnAway } from './turn-away.ts';
import type { Seat, Viewers } from './viewers.ts';

export interface EntranceDeps {
  access: AccessDeps;
  cookie: SessionCookie;
  publicUrl: string;
  viewers: Viewers;
  keyboards: Pick<Keyboards, 'enter'>;
  upgradeLimit: RateLimit;
  /** WebSockets by the address of their browser. */
  addresses: AddressCount;
  /** Reverse proxies in front of us, whose X-Forwarded-For is believed. */
  proxies: number;
  /** Says what strangers cause. */
  remark: Remark;
  log: Logger;
}

/** Handles an HTTP upgrade. Never throws: whatever goes wrong is a plain HTTP refusal. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** An upgrade as Node gives it. */
interface Raw {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Who has a WebSocket now, and what it is joined to. */
export interface Admitted<Target> {
  entry: Entry;
  /** Their place among the viewers. */
  seat: Seat;
  target: Target;
  /** Their place at the keyboard. */
  place: Place;
}

/** What a WebSocket is for. */
export interface Way<Target> {
  /** Has the install in its first group. */
  path: RegExp;
  /** For the log: "a screen". */
  what: string;
  /** Bytes of the largest frame that is taken from a browser. */
  maxFrame: number;
  open(entry: Entry, url: string): Promise<Target | Refusal>;
  join(socket: WebSocket, admitted: Admitted<Target>): void;
}

/** The door that every WebSocket of a console passes: all that can be refused is refused before it exists. */
export function createEntrance<Target extends Pick<HostStream, 'release'>>(
  deps: EntranceDeps,
  way: Way<Target>,
): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: way.maxFrame,
    clientTracking: false,
  });
  const said = `${way.what} was refused`;

  async function handle(raw: Raw): Promise<void> {
    const from = clientAddress(raw.request, deps.proxies);
    const depart = deps.addresses.enter(from);
    if (!depart) return toStranger(raw, refuse('too-many'), from);
    raw.socket.once('close', depart);
    const entry = await admit(deps, raw.request, way.path);
    if (isRefusal(entry)) return toStranger(raw, entry, from);
    if (!(await deps.upgradeLimit.pass(keyOf(entry)))) return toPage(raw, refuse('too-fast'), entry);
    const seat = deps.viewers.take(entry.session);
    if (isRefusal(seat)) return toPage(raw, seat, entry);
    raw.socket.once('close', seat.leave);
    const target = await way.open(entry, raw.request.url ?? '');
    if (isRefusal(target)) return toPage(raw, target, entry);
    await letIn(raw, { entry, seat, target });
  }

  async function letIn(raw: Raw, parts: Omit<Admitted<Target>, 'place'>): Promise<void> {
    // Also where ws refuses a malformed handshake, or the browser went while we were busy.
    raw.socket.once('close', parts.target.release);
    const place = await deps.keyboards.enter(parts.entry.session);
    raw.socket.once('close', place.leave);
    if (raw.socket.destroyed) {
      place.leave();
      return parts.target.release();
    }
    server.handleUpgrade(raw.request, raw.socket, raw.head, (socket) => way.join(socket, { ...parts, place }));
  }

  /** In plain HTTP, and nothing but why. */
  function toStranger(raw: Raw, refusal: Refusal, from: string): void {
    deps.remark({ from, refused: refusal.refused, reason: refusal.message }, said);
    answer(raw.socket, refusal, deps.publicUrl);
  }

  /** To a page that proved its session: browsers hide an HTTP refusal from it, but not why a WebSocket was closed. */
  function toPage(raw: Raw, refusal: Refusal, { session }: Entry): void {
    const { installId, slackUser } = session;
    deps.remark({ installId, slackUser, refused: refusal.refused, reason: refusal.message }, said);
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
async function admit(
  deps: Pick<EntranceDeps, 'access' | 'cookie' | 'publicUrl'>,
  request: IncomingMessage,
  path: RegExp,
): Promise<Entry | Refusal> {
  const installId = path.exec(request.url ?? '')?.[1];
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
