import { z } from 'zod';
import { placeCd } from '../core/cd-order.ts';
import { XepaError } from '../core/errors.ts';
import type { Qmp } from '../core/qmp.ts';
import { lookAtDrive } from './drive.ts';
import type { PowerAction, PowerState } from './machine-contract.ts';

/** Everything that switches the VM, and nothing else: `installer` also moves a disc, see machine.ts. */
export type Switching = Exclude<PowerAction, 'installer'>;

const RESET_MS = 5_000;
const Status = z.object({ status: z.string() });

/** QEMU's run states (qapi/run-state.json) in words that a person needs. */
export function powerOf(status: string): PowerState {
  if (status === 'running') return 'running';
  // A VM that was reset while it stood still has its processor at the first instruction: it is a server without power.
  return ['shutdown', 'guest-panicked', 'prelaunch'].includes(status) ? 'off' : 'paused';
}

export async function askPower(qmp: Qmp): Promise<PowerState> {
  return powerOf(Status.parse(await qmp.execute('query-status')).status);
}

/**
 * Switches the VM. "Once from the CD" ends with the worker, which puts the disk first again a little later. None of it ends QEMU: an install whose VM is gone has failed, and one whose guest has powered itself
 * off is done, so "off" is a VM that stands still at its reset.
 * @throws XepaError conflict when it cannot be done as the VM is now; vm-failed
 */
export async function switchVm(qmp: Qmp, action: Switching): Promise<void> {
  await switches[action](qmp);
}

const switches: Record<Switching, (qmp: Qmp) => Promise<unknown>> = {
  async 'acpi-shutdown'(qmp) {
    await mustRun(qmp);
    await qmp.execute('system_powerdown');
  },
  reset: restart,
  async pause(qmp) {
    await mustRun(qmp);
    await qmp.execute('stop');
  },
  resume: (qmp) => qmp.execute('cont'),
  async off(qmp) {
    await qmp.execute('stop');
    await reset(qmp);
  },
  on: (qmp) => qmp.execute('cont'),
  async 'boot-cd'(qmp) {
    const drive = await lookAtDrive(qmp);
    if (!drive || drive.file === null) throw conflict('There is no disc in the drive to start from. Insert one first.');
    await placeCd(qmp, 'cdFirst');
    await restart(qmp);
  },
  async 'boot-disk'(qmp) {
    await placeCd(qmp, 'cdLast');
    await restart(qmp);
  },
};

/** Also from a standstill: who presses reset wants it to run. */
async function restart(qmp: Qmp): Promise<void> {
  await reset(qmp);
  await qmp.execute('cont');
}

/** QEMU resets a moment after it has said yes; the order of boot that holds is the one of that moment. */
async function reset(qmp: Qmp): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const done = new Promise<void>((resolve, reject) => {
    qmp.onEvent((event, { reason }) => {
      if (event === 'RESET' && reason === 'host-qmp-system-reset') resolve();
    });
    timer = setTimeout(() => reject(conflict('The VM was told to reset, and has not done so yet.')), RESET_MS);
  });
  try {
    // An install may end at the next reboot (worker/steps/final-reboot.ts); that of a person is none. Old QEMUs know no such thing.
    await qmp.execute('set-action', { reboot: 'reset' }).catch(() => undefined);
    await Promise.all([done, qmp.execute('system_reset')]);
  } finally {
    clearTimeout(timer);
  }
}

/** A VM that stands still hears no power button. */
async function mustRun(qmp: Qmp): Promise<void> {
  const power = await askPower(qmp);
  if (power === 'off') throw conflict('The VM is switched off already.');
  if (power === 'paused') throw conflict('The VM is paused, so its system does not hear this. Resume it first.');
}

function conflict(sentence: string): XepaError {
  return new XepaError('conflict', { message: sentence, userMessage: sentence });
}
