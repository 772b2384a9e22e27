import { placeCd } from '../../core/cd-order.ts';
import { startsFromDisk } from '../../core/console-round.ts';
import type { Facts, MediaFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import type { GuestKind } from '../../core/contracts/vm-wish.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { rereadDisk } from '../host/block.ts';
import { usableHyperv } from '../host/hyperv.ts';
import { openDoor } from '../host/iso-door.ts';
import { blockObjections } from '../host/ladder-block.ts';
import { mayUseKvm, qemuArgv } from '../host/qemu.ts';
import { mountScratch, unmountScratch } from '../host/scratch.ts';
import { survey } from '../host/survey.ts';
import { killVm, launchVm } from '../host/vm.ts';
import { vmPaths } from '../host/vm-paths.ts';
import { done, type Step, type StepContext } from '../saga/step.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { undoOnDevice } from './undo-on-device.ts';
import { withQmp } from './vm-status.ts';

/** Starts the VM. From here on the installer, or whoever is at the console, may write to the disk. */
export function launchStep(deps: StepDeps): Step {
  return {
    name: 'launch',
    timeoutMs: 6 * 60_000,
    attempts: 2,
    async run(context) {
      const { record, signal } = context;
      const dir = runDir(record);
      const paths = vmPaths(dir);
      const shell = await deps.shells.shellOf(record, signal);
      const { block, memoryMb } = need(record.facts.plan, 'plan');
      if (block) await mustBeIdle(shell, block, signal);
      await context.save({
        launch: {
          dir,
          vnc: paths.vnc,
          qmp: paths.qmp,
          qmpConsole: paths.qmpConsole,
          qmpEvents: paths.qmpEvents,
          serial: [...paths.serial],
          serialLogs: [...paths.serialLogs],
          pidFile: paths.pidFile,
          startedAt: context.now(),
        },
      });
      await openDisc(shell, context);
      if (block?.scratchMb !== undefined) {
        const scratch = { dir: paths.scratch, sizeMb: block.scratchMb, besidesMb: memoryMb };
        await shell.exec(mountScratch(scratch), signal);
      }
      await shell.exec(await launchCommand(deps, context, shell), signal);
      await afterTheFirstBootUseTheDisk(shell, paths.qmp);
      return done();
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        if (!context.record.facts.launch) return;
        // What the screen shows now is gone in a moment, and may say why.
        if (context.record.failure && context.entry.failures === 0) await deps.eyes.keep(context, shell, 'failed');
        await shell.exec(killVm(runDir(context.record)), context.signal);
        await letGoOfDisk(shell, context);
      }),
  };
}

/** The rescue system gets back the disk that it never gave away, and the memory that took its place. */
async function letGoOfDisk(shell: HostShell, { record, signal }: StepContext): Promise<void> {
  const { block } = record.facts.plan ?? {};
  if (block?.scratchMb !== undefined) await shell.exec(unmountScratch(vmPaths(runDir(record)).scratch), signal);
  if (block) await shell.exec(rereadDisk(block.path), signal);
}

/** The last look before a disk is written that no driver was taken from: names may have moved, arrays assembled themselves. */
async function mustBeIdle(shell: HostShell, block: BlockDisk, signal: AbortSignal): Promise<void> {
  const objections = blockObjections(await shell.exec(survey(), signal), block);
  if (objections.length === 0) return;
  throw new XepaError('device-unfit', {
    message: `not started: ${objections.join(' | ')}`,
    userMessage: `The disk is not as it was when the plan was made, so the virtual machine was not started. ${objections.join(' ')}`,
  });
}

async function launchCommand(deps: StepDeps, { record, signal }: StepContext, shell: HostShell) {
  const dir = runDir(record);
  const plan = need(record.facts.plan, 'plan');
  const { kvm, ovmf, machine } = need(record.facts.prepare, 'prepare');
  const guest = guestOf(record);
  const options = { ...deps.settings.vm, extraCds: extraCds(record.facts) };
  const hyperv = guest === 'windows' && mayUseKvm({ plan, kvm }) ? await shell.exec(usableHyperv(options), signal) : '';
  const argv = qemuArgv({
    ...{ plan, dir, kvm, ovmf, machine, guest, hyperv, options },
    smbios: need(record.facts.survey, 'survey').smbios,
    isoPath: startsFromDisk(record) ? null : discOf(need(record.facts.media, 'media')),
    kernel: record.facts.extras?.kernel,
    installId: record.id,
  });
  // QEMU puts what a snapshot writes there, and nothing else.
  const inScratch = plan.block?.scratchMb === undefined ? [] : ['env', `TMPDIR=${vmPaths(dir).scratch}`];
  return launchVm({
    ...{ argv: [...inScratch, ...argv], dir },
    varsTemplate: plan.firmware === 'uefi' ? (ovmf?.vars ?? null) : null,
    acpiTables: machine?.acpiTables ?? [],
    tpm: vmPlanOf(plan).tpm,
  });
}

/** As somebody said, else as the ISO says, or what is on the disks that are started. */
function guestOf(record: InstallRecord): GuestKind {
  const { facts } = record;
  const plan = need(facts.plan, 'plan');
  const installed = startsFromDisk(record) && holdWindows(plan, need(facts.survey, 'survey'));
  return vmPlanOf(plan).guest ?? (facts.media?.windows || installed ? 'windows' : 'linux');
}

function holdWindows({ erases }: Plan, { disks }: Survey): boolean {
  const given = new Set(erases.map(({ path }) => path));
  return disks.some(({ path, systems }) => given.has(path) && systems.some((name) => name.startsWith('Windows')));
}

function extraCds({ extras }: Facts): string[] {
  if (!extras) return [];
  return [...(extras.answer === undefined ? [] : [extras.answer]), ...extras.also.map(({ path }) => path)];
}

/** Minutes may have passed since it was opened, with a disc that QEMU must find. */
async function openDisc(shell: HostShell, { record, signal }: StepContext): Promise<void> {
  const { media } = record.facts;
  if (media?.stream) await shell.exec(openDoor(media), signal);
}

/** What goes into the drive: the file, or what serves it while it is still arriving. */
function discOf({ path, stream }: MediaFacts): string {
  return stream?.drive ?? path;
}

/** An installer that reboots instead of powering off must find its own system, not itself again. */
function afterTheFirstBootUseTheDisk(shell: HostShell, socket: string): Promise<void> {
  return withQmp(shell, socket, (qmp) => placeCd(qmp, 'cdLast'));
}
