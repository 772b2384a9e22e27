import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import { toXepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { type AccessDeps, type Entry, enter, mustBeOpen } from './access.ts';
import { readBanner } from './banner.ts';
import type { SessionCookie } from './cookie.ts';
import type { Keyboards, Place } from './keyboards.ts';
import { checkOrigin } from './origin.ts';
import { Pipe } from './pipe.ts';
import type { Presence } from './presence.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import type { HostStream, Targets } from './target.ts';
import type { Seat, Viewers } from './viewers.ts';

export interface GatewayDeps {
  access: AccessDeps;
  cookie: SessionCookie;
  publicUrl: string;
  targets: Targets;
  viewers: Viewers;
  presence: Pick<Presence, 'enter'>;
  keyboards: Pick<Keyboards, 'enter'>;
  upgradeLimit: RateLimit;
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
    const entry = await admit(deps, raw.request);
    if (isRefusal(entry)) {
      deps.log.info({ refused: entry.refused, reason: entry.message }, 'a screen was refused');
      return answer(raw.socket, entry);
    }
    const seat = deps.viewers.take(entry.session);
    if (!seat) return answer(raw.socket, refuse('too-many'));
    raw.socket.once('close', seat.leave);
    const target = await openScreen(deps, entry);
    if (isRefusal(target)) return answer(raw.socket, target);
    // Also where ws refuses a malformed handshake, or the browser went while we were busy.
    raw.socket.once('close', target.release);
    const place = await deps.keyboards.enter(entry.session);
    raw.socket.once('close', place.leave);
    if (raw.socket.destroyed) {
      place.leave();
      return target.release();
    }
    const parts = { entry, seat, target, place };
    server.handleUpgrade(raw.request, raw.socket, raw.head, (socket) => join(deps, { socket, ...parts }));
  }

  return (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    handle({ request, socket, head }).catch((err) => {
      deps.log.error({ err }, 'an upgrade failed');
      answer(socket, refuse('screen-silent'));
    });
  };
}

/** Origin, session, install, state and rate, in this order; the first no is the answer. */
export async function admit(
  deps: Pick<GatewayDeps, 'access' | 'cookie' | 'publicUrl' | 'upgradeLimit'>,
  request: IncomingMessage,
  path = screenPath,
): Promise<Entry | Refusal> {
  const installId = path.exec(request.url ?? '')?.[1];
  if (installId === undefined) return refuse('not-found');
  const foreign = checkOrigin(request.headers, deps.publicUrl);
  if (foreign) return foreign;
  const secret = deps.cookie.read(request.headers.cookie);
  const entry = await enter(deps.access, { secret, installId });
  if (isRefusal(entry)) return entry;
  const closed = mustBeOpen(entry);
  if (closed) return closed;
  const key = `${installId}/${entry.session.slackUser}/${entry.session.openedAt}`;
  return (await deps.upgradeLimit.pass(key)) ? entry : refuse('too-fast');
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
    return refuse('screen-silent', err.userMessage);
  }
}

interface Parts {
  socket: WebSocket;
  entry: Entry;
  seat: Seat;
  target: Screen;
  place: Place;
}

function join(deps: GatewayDeps, parts: Parts): void {
  const { socket, seat, target, place } = parts;
  const { session } = parts.entry;
  const who = { installId: session.installId, slackUser: session.slackUser };
  const leave = deps.presence.enter(session);
  const pipe = new Pipe({
    socket,
    target,
    banner: target.banner,
    right: session.right,
    place,
    clock: deps.clock,
    endsAt: session.endsAt,
    idleMs: deps.idleMs,
    onClose(reason) {
      seat.leave();
      place.leave();
      leave(reason);
      deps.log.info({ ...who, reason }, 'a screen closed');
    },
  });
  place.attach(pipe);
  deps.log.info(who, 'a screen opened');
  if (!seat.sit(pipe)) pipe.close('ended');
}

/** A plain HTTP answer on a socket that never became a WebSocket. */
export function answer(socket: Duplex, refusal: Refusal): void {
  if (socket.destroyed) return;
  const body = Buffer.from(`${refusal.message}\n`);
  const head = [
    `HTTP/1.1 ${refusal.status} Refused`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    'Cache-Control: no-store',
    `X-Xepa-Refused: ${refusal.refused}`,
    `Content-Length: ${body.length}`,
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}
