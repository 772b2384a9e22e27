import type { WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';
import { toXepaError } from '../core/errors.ts';
import type { Entry } from './access.ts';
import { readBanner } from './banner.ts';
import { type Admitted, createEntrance, type EntranceDeps, type UpgradeHandler } from './entrance.ts';
import { Pipe } from './pipe.ts';
import type { Presence } from './presence.ts';
import type { Recorder } from './recordings/recorder.ts';
import type { Tape } from './recordings/tape.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import type { HostStream, Targets } from './target.ts';

export interface GatewayDeps extends EntranceDeps {
  targets: Targets;
  presence: Pick<Presence, 'enter'>;
  recorder: Recorder;
  clock: Clock;
  idleMs: number;
}

const BANNER_TIMEOUT_MS = 10_000;
const MAX_FRAME = 1024 * 1024;
const screenPath = /^\/console\/([\w-]{1,64})\/vnc$/;

/** The way to the VM's screen. */
export function createGateway(deps: GatewayDeps): UpgradeHandler {
  return createEntrance<Screen>(deps, {
    path: screenPath,
    what: 'a screen',
    maxFrame: MAX_FRAME,
    open: (entry) => openScreen(deps, entry),
    join: (socket, admitted) => join(deps, socket, admitted),
  });
}

interface Screen extends HostStream {
  banner: Buffer;
  /** Null where the policy wants no recording. */
  tape: Tape | null;
}

/** Opens the VM's screen and hears it speak RFB; where it has to be recorded, only with a recording. */
async function openScreen(deps: GatewayDeps, entry: Entry): Promise<Screen | Refusal> {
  let target: HostStream | null = null;
  try {
    target = await deps.targets.open(entry.record, 'vnc');
    const banner = await readBanner(target.stream, BANNER_TIMEOUT_MS);
    const tape = await deps.recorder.begin(entry);
    if (tape === null || !isRefusal(tape)) return taped({ ...target, banner, tape });
    target.release();
    return tape;
  } catch (thrown) {
    target?.release();
    const err = toXepaError(thrown);
    deps.log.warn({ installId: entry.record.id, err }, 'a screen did not open');
    // Of a command that failed: it looked for the VM's socket.
    const absent = err.code === 'host-command-failed';
    return refuse('screen-silent', absent ? 'The virtual machine has no screen right now.' : err.userMessage);
  }
}

/** Whoever gives the screen back, also one that nobody came to see, has ended its recording. */
function taped(screen: Screen): Screen {
  return {
    ...screen,
    release() {
      screen.tape?.end('left');
      screen.release();
    },
  };
}

function join(deps: GatewayDeps, socket: WebSocket, admitted: Admitted<Screen>): void {
  const { seat, target, place } = admitted;
  const { session } = admitted.entry;
  const who = { installId: session.installId, slackUser: session.slackUser };
  const leave = deps.presence.enter(session);
  const pipe = new Pipe({
    socket,
    target,
    banner: target.banner,
    right: session.right,
    place,
    tape: target.tape,
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
