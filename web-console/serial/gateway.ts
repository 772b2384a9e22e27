import type { WebSocket } from 'ws';
import { toXepaError } from '../../core/errors.ts';
import type { Entry } from '../access.ts';
import { type Admitted, createEntrance, type UpgradeHandler } from '../entrance.ts';
import type { GatewayDeps } from '../gateway.ts';
import { Pipe } from '../pipe.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { HostStream } from '../target.ts';
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
  return createEntrance<SerialEnd>(deps, {
    path: serialPath,
    what: 'a serial port',
    maxFrame: MAX_FRAME,
    open: (entry, url) => join(deps, entry, SerialPort.parse(serialPath.exec(url)?.[2])),
    join: (socket, admitted) => show(deps, socket, admitted),
  });
}

interface SerialEnd extends HostStream {
  port: SerialPort;
}

async function join(deps: SerialGatewayDeps, entry: Entry, port: SerialPort): Promise<SerialEnd | Refusal> {
  try {
    return { ...(await deps.lines.join(entry.record, port)), port };
  } catch (thrown) {
    const err = toXepaError(thrown);
    deps.log.warn({ installId: entry.record.id, port, err }, 'a serial port did not open');
    return refuse('screen-silent', err.userMessage);
  }
}

function show(deps: SerialGatewayDeps, socket: WebSocket, admitted: Admitted<SerialEnd>): void {
  const { seat, target, place } = admitted;
  const { port } = target;
  const { session } = admitted.entry;
  const who = { installId: session.installId, slackUser: session.slackUser, port };
  const leave = deps.presence.enter(session);
  const pipe = new Pipe({
    socket,
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
