import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { Qmp } from '../../core/qmp.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { type VmState, vmState } from '../host/vm.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { keepDiskFirst } from './boot-order.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { mustStillVerify, tendStream } from './iso-stream.ts';
import { fetchOtherDisc } from './other-disc.ts';
import { tendUpload } from './uploaded-disc.ts';
import { runState, withQmp } from './vm-status.ts';

/** What is installed must not be booted before it is known that it was made from the right ISO. */
const restOfTheIso = 'the rest of the ISO, to compare its checksum';

/** Somebody watches the progress of a download. */
const FETCH_POLL_MS = 2_000;

/** Waits while a person installs: ends when the guest powers off, or when somebody decides that it is done. */
export function attendStep(deps: StepDeps): Step {
  return {
    name: 'attend',
    timeoutMs: deps.settings.attendMs,
    attempts: 10,
    // A device that cannot be reached goes on installing; when its own timer has run out, it has ended the VM by itself.
    outageMs: (deps.settings.deadManSeconds + 60) * 1_000,
    async run(context) {
      const { record, signal } = context;
      const decided = endOf(record);
      if (decided && !mustStillVerify(record)) return done({ attend: decided });
      const shell = await deps.shells.shellOf(record, signal);
      const vm = await shell.exec(vmState(runDir(record), { feedDeadMan: true }), signal);
      if (vm.pid === null) throw vmEnded(vm);
      return tend(deps, context, shell);
    },
  };
}

/** The VM is there: has its guest ended, and what is to be done about its discs? */
async function tend(deps: StepDeps, context: StepContext, shell: HostShell): Promise<Outcome> {
  const arriving = await tendStream(context, shell);
  const { record, signal } = context;
  const look = async (qmp: Qmp) => {
    await keepDiskFirst(qmp, record, context.now());
    return runState(qmp);
  };
  const ended = endOf(record, await withQmp(shell, need(record.facts.launch, 'launch').qmp, look, signal));
  if (ended && arriving && mustStillVerify(record)) return waiting(FETCH_POLL_MS, restOfTheIso, arriving);
  if (ended) return done({ attend: ended });
  await deps.eyes.look(context, shell);
  await tendUpload(context, shell);
  const fetching = await fetchOtherDisc(deps, context, shell);
  const { attendPollMs } = deps.settings;
  const ms = fetching || arriving ? Math.min(FETCH_POLL_MS, attendPollMs) : attendPollMs;
  return waiting(ms, 'the installer, at its console', arriving ?? undefined);
}

/** What ended the installer: a person, or the guest itself; null while it runs. */
function endOf({ decision }: InstallRecord, status = ''): Facts['attend'] | null {
  if (decision) return { ended: 'boot-metal', by: decision.by.id };
  return status === 'shutdown' ? { ended: 'guest-powered-off' } : null;
}

function vmEnded(vm: VmState): XepaError {
  const sentence = vm.deadManFired
    ? 'No worker was heard from for too long, so the server took its hardware back by itself and stopped the VM.'
    : 'The VM ended by itself, without the guest having powered off.';
  return new XepaError('vm-failed', { message: `${sentence} ${vm.logTail}`, userMessage: sentence });
}
