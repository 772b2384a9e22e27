import { addAbortSignal, type Duplex } from 'node:stream';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { deadManFired } from '../host/dead-man.ts';
import { vmState } from '../host/vm.ts';
import { done, type Step } from '../saga/step.ts';
import { need, runDir, type StepDeps } from './deps.ts';

const BANNER = 'RFB ';
const BANNER_MS = 15_000;

/** The screen answers through the tunnel: from now on a link may be asked for. */
export function consoleStep(deps: StepDeps): Step {
  return {
    name: 'console',
    timeoutMs: 3 * 60_000,
    attempts: 6,
    async run(context) {
      const { vnc } = need(context.record.facts.launch, 'launch');
      const shell = await deps.shells.shellOf(context.record, context.signal);
      await mustGreet(shell, vnc, context.signal).catch(async (error: unknown) => {
        const { deadMan, logTail } = await shell.exec(vmState(runDir(context.record)), context.signal);
        throw deadMan.fired ? deadManFired(logTail) : error;
      });
      return done({ console: { readyAt: context.now(), openForMs: deps.settings.attendMs } });
    },
    async undo(context) {
      await deps.tickets.revokeAll(context.record.id);
      return done();
    },
  };
}

async function mustGreet(shell: HostShell, vnc: string, signal: AbortSignal): Promise<void> {
  const banner = await firstBytes(await shell.forward(vnc), signal);
  if (!banner.startsWith(BANNER)) throw noScreen(banner);
}

/** A VNC server speaks first: 12 bytes of protocol version (RFC 6143, 7.1.1). */
async function firstBytes(stream: Duplex, signal: AbortSignal): Promise<string> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(BANNER_MS)]);
    for await (const bytes of addAbortSignal(limited, stream)) return String(bytes);
    return '';
  } catch (cause) {
    signal.throwIfAborted();
    throw noScreen('', cause);
  } finally {
    stream.destroy();
  }
}

function noScreen(said: string, cause?: unknown): XepaError {
  return new XepaError('vm-failed', {
    message: `the VNC socket said ${JSON.stringify(said.slice(0, 12))}`,
    userMessage: "The VM's screen does not answer.",
    retry: 'backoff',
    cause,
  });
}
