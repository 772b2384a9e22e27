import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import { toXepaError } from '../core/errors.ts';
import type { Entry } from './access.ts';
import { readBanner } from './banner.ts';
import { createEntrance, type EntranceDeps, type UpgradeHandler } from './entrance.ts';
import type { Keyboards, Place } from './keyboards.ts';
import { Pipe } from './pipe.ts';
import type { Presence } from './presence.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import type { HostStream, Targets } from './target.ts';
import type { Seat } from './viewers.ts';

export interface GatewayDeps extends EntranceDeps {
  targets: Targets;
  presence: Pick<Presence, 'enter'>;
  keyboards: Pick<Keyboards, 'enter'>;
  clock: Clock;
  idleMs: number;
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

  const entrance = createEntrance(deps, { server, path: screenPath, what: 'a screen' });

  return entrance.handler(async (raw, { entry, seat }) => {
    const target = await openScreen(deps, entry);
    if (isRefusal(target)) return entrance.turnAway(raw, target, entry);
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
  });
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
