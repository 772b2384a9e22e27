import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Machine } from '../lab/machine/machine.ts';
import { bootForgetful } from '../support/boot-forgetful.ts';
import { playScene } from '../support/scene.ts';
import { nestedUefi, type World, type WorldOptions } from '../support/world.ts';
import type { Cell } from './cells.ts';

/** The one server of a cell, what is done to it, and what it is to print at the end. */
export interface CellPlay {
  /** More about the server than the cell says; it may be prepared before it is switched on. */
  device?: NonNullable<WorldOptions['lab']['devices']>[number];
  /** Folder with the ISO, where it is none of the lab's own. */
  isoFolder?: string;
  /** From the request to the end of the install. */
  act: (stage: World, machine: Machine) => Promise<InstallRecord>;
  /** On the metal's own serial port, after it booted from its disk. */
  proof: RegExp;
}

export const CELL_INSTALL = 'xe-matrix';
export const CELL_DEVICE = 'web-01';

/**
 * A whole install through the product's own worker; a UEFI server is then switched off and on again with firmware that has
 * forgotten everything, as after a change of its board.
 * @returns the metal's line
 */
export async function playCell(cell: Cell, play: CellPlay): Promise<string> {
  const device = { hostname: CELL_DEVICE, firmware: cell.firmware, disk: cell.bus, ...play.device };
  let line = '';
  const options: WorldOptions = {
    lab: { devices: [device], ...(play.isoFolder === undefined ? {} : { isoFolder: play.isoFolder }) },
    product: 'none',
    ...(cell.firmware === 'uefi' ? { env: nestedUefi } : {}),
  };
  const world = await playScene(options, async (stage) => {
    const machine = stage.lab.devices[0]?.machine;
    if (!machine) throw new Error('the lab has no machine');
    await stage.start('worker', 'worker-a');
    mustHaveInstalled(await play.act(stage, machine), cell);
    [line] = await machine.waitForSerial(play.proof);
    if (cell.firmware === 'uefi') line = `${await bootForgetful(machine, play.proof)} (firmware variables fresh)`;
  });
  await world.stop();
  return line;
}

function mustHaveInstalled(record: InstallRecord, cell: Cell): void {
  const { phase, failure, facts } = record;
  if (phase !== 'done')
    throw new Error(`${phase} at ${failure?.step ?? record.at}: ${failure?.message ?? 'no reason'}`);
  const rung = facts.plan?.ladder.find(({ part }) => part === 'disk')?.rung;
  if (rung !== cell.rung) throw new Error(`the disk went in by ${rung}`);
  if (facts.plan?.firmware !== cell.firmware) throw new Error(`the guest had ${facts.plan?.firmware}`);
  if (facts.verify?.up !== true) throw new Error(`the metal did not come up: ${facts.verify?.evidence}`);
}
