import { bootIndex, cdDeviceId } from './contracts/cd-drive.ts';
import type { Qmp } from './qmp.ts';

/** Puts the CD before the disk, or behind it, from the next reset on. Repeating it does no harm. */
export async function placeCd(qmp: Pick<Qmp, 'execute'>, place: 'cdFirst' | 'cdLast'): Promise<void> {
  const where = { path: `/machine/peripheral/${cdDeviceId}`, property: 'bootindex' };
  const value = bootIndex[place];
  // QEMU refuses a place that is taken, also where it is taken by the drive itself.
  if ((await qmp.execute('qom-get', where)) !== value) await qmp.execute('qom-set', { ...where, value });
}
