import type { Machine } from '../lab/machine/machine.ts';

const FRESH_BOOT_MS = 180_000;

/**
 * Switches a UEFI server off and on again with firmware that has forgotten everything, as after a change of its board. Boot entries die
 * with the variables: what boots then boots by its place on the disk alone.
 * @returns what it prints
 */
export async function bootForgetful(machine: Machine, proof: RegExp): Promise<string> {
  await machine.powerOff();
  await machine.forgetFirmware();
  await machine.powerOn('disk');
  const [line] = await machine.waitForSerial(proof, FRESH_BOOT_MS);
  return line;
}
