import type { Machine } from '../lab/machine/machine.ts';

/**
 * Switches a UEFI server off and on again with firmware that has forgotten everything, as after a change of its board. Boot
 * entries die with the variables: what boots now boots by its place on the disk alone.
 * @param prove waits for what the metal prints at each boot
 * @returns what it printed
 */
export async function bootForgetful(machine: Machine, prove: () => Promise<string>): Promise<string> {
  await machine.powerOff();
  await machine.forgetFirmware();
  await machine.powerOn('disk');
  return `${await prove()} (firmware variables fresh)`;
}
