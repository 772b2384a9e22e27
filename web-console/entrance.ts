import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { Logger } from '../core/log.ts';
import { type AccessDeps, type Entry, enter, mustBeOpen } from './access.ts';
import type { AddressCount } from './address-count.ts';
import type { Remark } from './bounded-log.ts';
import { clientAddress } from './client-address.ts';
import type { SessionCookie } from './cookie.ts';
import { bareHeaders } from './headers.ts';
import { checkOrigin } from './origin.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import { turnAway } from './turn-away.ts';
import type { Seat, Viewers } from './viewers.ts';

export interface EntranceDeps {
  access: AccessDeps;
  cookie: SessionCookie;
  publicUrl: string;
  viewers: Viewers;
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
export interface Raw {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Who may have a WebSocket, and their place among the viewers. */
export interface Admitted {
  entry: Entry;
  seat: Seat;
}

/** What every WebSocket of a console passes before it exists. */
export interface Entrance {
  /** @param welcome is called for who passes everything here */
  handler(welcome: (raw: Raw, admitted: Admitted) => Promise<void>): UpgradeHandler;
  /** Says no to a page that proved its session: browsers hide an HTTP refusal from it, but not why a WebSocket was closed. */
  turnAway(raw: Raw, refusal: Refusal, entry: Entry): void;
}

/** @param way `path` has the install in its first group; `what` is opened: "a screen" */
export function createEntrance(
  deps: EntranceDeps,
  way: { server: WebSocketServer; path: RegExp; what: string },
): Entrance {
  const said = `${way.what} was refused`;

  async function pass(raw: Raw): Promise<Admitted | null> {
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
    return { entry, seat };
  }

  /** In plain HTTP, and nothing but why. */
  function toStranger(raw: Raw, refusal: Refusal, from: string): null {
    deps.remark({ from, refused: refusal.refused, reason: refusal.message }, said);
    answer(raw.socket, refusal, deps.publicUrl);
    return null;
  }

  function toPage(raw: Raw, refusal: Refusal, { session }: Entry): null {
    const { installId, slackUser } = session;
    deps.remark({ installId, slackUser, refused: refusal.refused, reason: refusal.message }, said);
    if (raw.socket.destroyed) return null;
    way.server.handleUpgrade(raw.request, raw.socket, raw.head, (socket) => turnAway(socket, refusal));
    return null;
  }

  return {
    handler: (welcome) => (request, socket, head) => {
      const raw = { request, socket, head };
      socket.on('error', () => socket.destroy());
      pass(raw)
        .then((admitted) => admitted && welcome(raw, admitted))
        .catch((err) => {
          deps.log.error({ err }, 'an upgrade failed');
          answer(socket, refuse('screen-silent'), deps.publicUrl);
        });
    },
    turnAway: (raw, refusal, entry) => void toPage(raw, refusal, entry),
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
