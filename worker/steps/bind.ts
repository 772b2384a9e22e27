import { XepaError } from '../../core/errors.ts';
import { disarmDeadMan } from '../host/dead-man.ts';
import { lateDiskObjections } from '../host/late-disks.ts';
import { bindToVfio, giveBack, readDrivers } from '../host/vfio.ts';
import { killVm, removeDir } from '../host/vm.ts';
import { done, type Step } from '../saga/step.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { endGuard, stopBuilt } from './stop-stack.ts';
import { armTimer } from './timer.ts';
import { undoOnDevice } from './undo-on-device.ts';

/**
 * Stops what the rescue system has built on the disks, and hands the planned devices to vfio-pci, after the way back is saved and the
 * dead-man timer is armed. Where nothing is passed through there is nothing to hand over, and the timer is armed all the same: it ends
 * the VM.
 */
export function bindStep(deps: StepDeps): Step {
  return {
    name: 'bind',
    timeoutMs: 5 * 60_000,
    attempts: 3,
    async run(context) {
      const { record, signal } = context;
      const plan = need(record.facts.plan, 'plan');
      const addresses = plan.passed.map((device) => device.address);
      const shell = await deps.shells.shellOf(record, signal);
      if (!record.facts.bind) {
        const { previous, disks } = await shell.exec(readDrivers(addresses), signal);
        const survey = need(record.facts.survey, 'survey');
        mustBeAllOfThem(lateDiskObjections(disks, { survey, plan, asked: record.request.disk }));
        await context.save({ bind: { previous, deadManSeconds: deps.settings.deadManSeconds } });
      }
      await stopBuilt(shell, context);
      await armTimer(deps, context.record, { shell, signal });
      if (addresses.length > 0) await shell.exec(bindToVfio(addresses), signal);
      return done();
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        const { bind } = context.record.facts;
        if (!bind) return;
        // A VM that was just starting when its step was undone would hold the hardware.
        await shell.exec(killVm(runDir(context.record)), context.signal);
        await shell.exec(giveBack(bind.previous), context.signal);
        await endGuard(shell, context.record, context.signal);
        await shell.exec(disarmDeadMan(runDir(context.record)), context.signal);
        await shell.exec(removeDir(runDir(context.record)), context.signal);
      }),
  };
}

function mustBeAllOfThem(objections: readonly string[]): void {
  if (objections.length === 0) return;
  throw new XepaError('device-unfit', {
    message: `not bound: ${objections.join(' | ')}`,
    userMessage: `The server shows more disks than when the plan was made, so no hardware was touched. ${objections.join(' ')} Start again, and name the disk by its serial.`,
  });
}
