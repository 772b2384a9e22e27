import type { InstallRecord } from '../../core/contracts/install.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import type { Qmp } from '../../core/qmp.ts';
import { setsAction } from '../host/qemu.ts';
import type { VmState } from '../host/vm.ts';

/** No installer has done its work by then, and firmware that resets by itself at its first start has. */
const FIRST_BOOT_MS = 60_000;
/** After a reset, whoever made it, for firmware that resets once more. */
const QUIET_SECONDS = 30;

/**
 * Where the installer's reboot ends the VM: from the first minute on QEMU stops at it, in the state that it has after a
 * power-off. Said with each look, so that it holds whatever became of the worker that said it first, and again after
 * somebody at the console has reset the VM, which takes it back (web-console/power.ts).
 */
export async function endAtReboot(
  qmp: Pick<Qmp, 'execute'>,
  { record, vm, now }: { record: InstallRecord; vm: VmState; now: number },
): Promise<void> {
  const { plan, prepare, launch } = record.facts;
  if (!plan || !launch || vmPlanOf(plan).onReboot !== 'finish' || !setsAction(prepare?.machine)) return;
  const quiet = vm.quietSeconds === null || vm.quietSeconds >= QUIET_SECONDS;
  if (quiet && now - launch.startedAt >= FIRST_BOOT_MS) await qmp.execute('set-action', { reboot: 'shutdown' });
}
