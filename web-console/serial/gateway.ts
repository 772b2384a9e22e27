import { type WebSocket, WebSocketServer } from 'ws';
import { toXepaError } from '../../core/errors.ts';
import type { Entry } from '../access.ts';
import { createEntrance, type UpgradeHandler } from '../entrance.ts';
import type { GatewayDeps } from '../gateway.ts';
import type { Place } from '../keyboards.ts';
import { Pipe } from '../pipe.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { HostStream } from '../target.ts';
import type { Seat } from '../viewers.ts';
import { SerialInput } from './input.ts';
import type { SerialLines } from './lines.ts';
import { SerialPort } from './ports.ts';

export type SerialGatewayDeps = Omit<GatewayDeps, 'targets'> & { lines: SerialLines };

/** The page cuts what is pasted into smaller pieces. */
const MAX_FRAME = 64 * 1024;
const serialPath = /^\/console\/([\w-]{1,64})\/serial\/([12])$/;

export function isSerial(url: string | undefined): boolean {
  return serialPath.test(url ?? '');
}

/** The way to the VM's serial ports: the checks of the screen, in front of another pair of ends. */
export function createSerialGateway(deps: SerialGatewayDeps): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME,
    clientTracking: false,
  });

  const entrance = createEntrance(deps, { server, path: serialPath, what: 'a serial port' });

  return entrance.handler(async (raw, { entry, seat }) => {
    const port = SerialPort.parse(serialPath.exec(raw.request.url ?? '')?.[2]);
    const target = await join(deps, entry, port);
    if (isRefusal(target)) return entrance.turnAway(raw, target, entry);
    raw.socket.once('close', target.release);
    const place = await deps.keyboards.enter(entry.session);
    raw.socket.once('close', place.leave);
    if (raw.socket.destroyed) {
      place.leave();
      return target.release();
    }
    const parts = { entry, seat, target, port, place };
    server.handleUpgrade(raw.request, raw.socket, raw.head, (webSocket) => show(deps, { webSocket, ...parts }));
  });
}

async function join(deps: SerialGatewayDeps, entry: Entry, port: SerialPort): Promise<HostStream | Refusal> {
  try {
    return await deps.lines.join(entry.record, port);
  } catch (thrown) {
    const err = toXepaError(thrown);
    deps.log.warn({ installId: entry.record.id, port, err }, 'a serial port did not open');
    return refuse('screen-silent', err.userMessage);
  }
}

function show(
  deps: SerialGatewayDeps,
  parts: { webSocket: WebSocket; entry: Entry; seat: Seat; target: HostStream; port: SerialPort; place: Place },
): void {
  const { seat, target, port, place } = parts;
  const { session } = parts.entry;
  const who = { installId: session.installId, slackUser: session.slackUser, port };
  const leave = deps.presence.enter(session);
  const pipe = new Pipe({
    socket: parts.webSocket,
    target,
    banner: Buffer.alloc(0),
    right: session.right,
    input: new SerialInput(session.right, place.mayType),
    place,
    clock: deps.clock,
    endsAt: session.endsAt,
    idleMs: deps.idleMs,
    onClose(reason) {
      seat.leave();
      place.leave();
      leave(reason);
      deps.log.info({ ...who, reason }, 'a serial port closed');
    },
  });
  deps.log.info(who, 'a serial port opened');
  if (!seat.sit(pipe)) pipe.close('ended');
}
