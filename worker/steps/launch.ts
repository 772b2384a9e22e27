import { placeCd } from '../../core/cd-order.ts';
import type { Facts, MediaFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { BlockDisk } from '../../core/contracts/ladder.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import type { GuestKind } from '../../core/contracts/vm-wish.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { rereadDisk } from '../host/block.ts';
import { usableHyperv } from '../host/hyperv.ts';
import { openDoor } from '../host/iso-door.ts';
import { blockObjections } from '../host/ladder-block.ts';
import { mayUseKvm, qemuArgv } from '../host/qemu.ts';
import { survey } from '../host/survey.ts';
import { killVm, launchVm } from '../host/vm.ts';
import { vmPaths } from '../host/vm-paths.ts';
import { done, type Step, type StepContext } from '../saga/step.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { undoOnDevice } from './undo-on-device.ts';
import { withQmp } from './vm-status.ts';

/** Starts the VM. From here on the installer may write to the disk. */
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
      const { block } = need(record.facts.plan, 'plan');
      if (block) await mustBeIdle(shell, block, signal);
      await context.save({
        launch: {
          dir,
          vnc: paths.vnc,
          qmp: paths.qmp,
          qmpConsole: paths.qmpConsole,
          serial: [...paths.serial],
          serialLogs: [...paths.serialLogs],
          pidFile: paths.pidFile,
          startedAt: context.now(),
        },
      });
      await openDisc(shell, context);
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
        const { plan } = context.record.facts;
        if (plan?.block) await shell.exec(rereadDisk(plan.block.path), context.signal);
      }),
  };
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
    isoPath: discOf(need(record.facts.media, 'media')),
    kernel: record.facts.extras?.kernel,
    installId: record.id,
  });
  return launchVm({
    ...{ argv, dir },
    varsTemplate: plan.firmware === 'uefi' ? (ovmf?.vars ?? null) : null,
    acpiTables: machine?.acpiTables ?? [],
    tpm: vmPlanOf(plan).tpm,
  });
}

/** As somebody said, else as the ISO says. */
function guestOf({ facts }: InstallRecord): GuestKind {
  const said = vmPlanOf(need(facts.plan, 'plan')).guest;
  return said ?? (facts.media?.windows ? 'windows' : 'linux');
}

function extraCds({ extras }: Facts): string[] {
  if (!extras) return [];
  return [...(extras.answer === undefined ? [] : [extras.answer]), ...extras.also.map(({ path }) => path)];
}

/** Minutes may have passed since it was opened, with a disc that QEMU must find. */
async function openDisc(shell: HostShell, { record, signal }: StepContext): Promise<void> {
  const media = need(record.facts.media, 'media');
  if (media.stream) await shell.exec(openDoor(media), signal);
}

/** What goes into the drive: the file, or what serves it while it is still arriving. */
function discOf({ path, stream }: MediaFacts): string {
  return stream?.drive ?? path;
}

/** An installer that reboots instead of powering off must find its own system, not itself again. */
function afterTheFirstBootUseTheDisk(shell: HostShell, socket: string): Promise<void> {
  return withQmp(shell, socket, (qmp) => placeCd(qmp, 'cdLast'));
}
