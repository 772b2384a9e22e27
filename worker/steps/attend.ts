import { startsFromDisk } from '../../core/console-round.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { Qmp } from '../../core/qmp.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { deadManFired } from '../host/dead-man.ts';
import { type VmState, vmState } from '../host/vm.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { keepDiskFirst } from './boot-order.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { endAtReboot } from './final-reboot.ts';
import { mustStillVerify, tendStream } from './iso-stream.ts';
import { fetchOtherDisc } from './other-disc.ts';
import { armTimer } from './timer.ts';
import { tendUpload } from './uploaded-disc.ts';
import { runState, withQmp } from './vm-status.ts';

/** What is installed must not be booted before it is known that it was made from the right ISO. */
const restOfTheIso = 'the rest of the ISO, to compare its checksum';

/** Before that a guest has drawn nothing, and a look would only keep it from doing so. */
const FIRST_LOOK_MS = 3_000;

/** Somebody watches the progress of a download. */
const FETCH_POLL_MS = 2_000;

/** Waits while a person installs, or looks at what is installed: ends when the guest powers off, or when somebody decides that it is done. */
export function attendStep(deps: StepDeps): Step {
  return {
    name: 'attend',
    timeoutMs: deps.settings.attendMs,
    attempts: 10,
    // A device that cannot be reached goes on installing; when its own timer has run out, it has ended the VM by itself.
    outageMs: (deps.settings.deadManSeconds + 60) * 1_000,
    async run(context) {
      const { record, signal } = context;
      if (record.decision && !mustStillVerify(record)) return done({ attend: decidedBy(record.decision) });
      const shell = await deps.shells.shellOf(record, signal);
      const { qmpEvents } = need(record.facts.launch, 'launch');
      if (qmpEvents !== undefined) deps.endWatch.listen(record.id, shell, qmpEvents);
      const early = (record.facts.console?.readyAt ?? 0) + FIRST_LOOK_MS - context.now();
      if (early > 0) return waiting(early, whyOf(record, { reboots: 0 }));
      const vm = await runningVm(deps, context, shell);
      return tend(deps, context, { shell, vm });
    },
  };
}

/** The VM as it is now, with the timer fed that must be there when no worker is; somebody may have ended that. */
async function runningVm(deps: StepDeps, { record, signal }: StepContext, shell: HostShell): Promise<VmState> {
  const vm = await shell.exec(vmState(runDir(record), { feedDeadMan: true }), signal);
  if (vm.deadMan.fired) throw deadManFired(vm.logTail);
  if (vm.pid === null) throw vmEnded(vm);
  if (!vm.deadMan.armed) await armTimer(deps, record, { shell, signal });
  return vm;
}

interface Running {
  shell: HostShell;
  vm: VmState;
}

/** The VM is there: has its guest ended, and what is to be done about its discs? */
async function tend(deps: StepDeps, context: StepContext, { shell, vm }: Running): Promise<Outcome> {
  const arriving = await tendStream(context, shell);
  const { record, signal } = context;
  const look = async (qmp: Qmp) => {
    await keepDiskFirst(qmp, record, context.now());
    await endAtReboot(qmp, { record, vm, now: context.now() });
    return runState(qmp);
  };
  const status = await withQmp(shell, need(record.facts.launch, 'launch').qmp, look, signal);
  const ended = record.decision ? decidedBy(record.decision) : await endOf(context, { shell, vm }, status);
  if (ended && arriving && mustStillVerify(record)) return waiting(FETCH_POLL_MS, restOfTheIso, arriving);
  if (ended) return done({ attend: ended });
  await deps.eyes.look(context, shell);
  await tendUpload(context, shell);
  const fetching = await fetchOtherDisc(deps, context, shell);
  const { attendPollMs } = deps.settings;
  const ms = fetching || arriving ? Math.min(FETCH_POLL_MS, attendPollMs) : attendPollMs;
  return waiting(ms, whyOf(record, vm), arriving ?? undefined);
}

function decidedBy({ by }: NonNullable<InstallRecord['decision']>): NonNullable<Facts['attend']> {
  return { ended: 'boot-metal', by: by.id };
}

/** How the guest itself ended the VM; null while it runs. */
async function endOf(
  { record, signal }: StepContext,
  { shell, vm }: Running,
  status: string,
): Promise<NonNullable<Facts['attend']> | null> {
  if (status !== 'shutdown') return null;
  // Where it ended after the first look, the log says only now how.
  const { ended, reboots } = vm.ended === null ? await shell.exec(vmState(runDir(record)), signal) : vm;
  return { ended: ended === 'guest-reset' ? 'guest-rebooted' : 'guest-powered-off', reboots };
}

function whyOf(record: InstallRecord, { reboots }: Pick<VmState, 'reboots'>): string {
  const so = reboots === 0 ? '' : `; it has rebooted ${reboots === 1 ? 'once' : `${reboots} times`}`;
  return `${startsFromDisk(record) ? 'the people at its console' : 'the installer, at its console'}${so}`;
}

function vmEnded(vm: VmState): XepaError {
  const text = 'The VM ended by itself, without the guest having powered off.';
  return new XepaError('vm-failed', { message: `${text} ${vm.logTail}`, userMessage: text });
}
