import { theEnd } from '../demo/play.ts';
import { putInstall } from '../support/put-install.ts';
import type { Cell } from './cells.ts';
import { CELL_DEVICE, CELL_INSTALL, playCell } from './install-cell.ts';

/** Our own installer: it writes a whole system by itself, reads it back, and powers off. */
export function playMini(cell: Cell): Promise<string> {
  const iso = cell.firmware === 'uefi' ? 'mini-uefi.iso' : 'mini.iso';
  const id = iso.replace('.iso', '');
  return playCell(cell, {
    proof: new RegExp(`INSTALLED-OS-OK fw=${cell.firmware.toUpperCase()} ID=${id} [^\\r\\n]*`),
    async act(stage) {
      await putInstall(stage, { id: CELL_INSTALL, device: CELL_DEVICE, iso, rungs: { disk: cell.rung } });
      return theEnd({ world: stage }, CELL_INSTALL);
    },
  });
}
