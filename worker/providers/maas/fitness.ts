import { isIPv4 } from 'node:net';
import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { MaasMachine } from './schema.ts';

/** States of a machine by MAAS's own numbers, as far as they matter here. */
export const MachineStatus = {
  deployed: 6,
  rescue: 16,
  entering: 17,
  failedEntering: 18,
  exiting: 19,
  failedExiting: 20,
} as const;

/** MAAS boots it into rescue, now and when it restarts. */
export function isInRescue(status: number): boolean {
  return status === MachineStatus.rescue || status === MachineStatus.entering;
}

/** The way out of rescue is open, and nobody has taken it. */
export function mayExit(status: number): boolean {
  return isInRescue(status) || status === MachineStatus.failedEntering || status === MachineStatus.failedExiting;
}

/** Why an install must not begin on this machine, with what to do; null when it may. */
export function blockedBecause(machine: MaasMachine): string | null {
  const { hostname: name, status, status_name: words, power_state: power, power_type: powerType } = machine;
  const at = `at ${about.title}`;
  if (machine.locked) return `${name} is locked ${at}: unlock it first.`;
  if (mayExit(status) || status === MachineStatus.exiting) {
    return `${name} is in the state "${words}" ${at}: let it exit rescue mode first.`;
  }
  if (status !== MachineStatus.deployed) {
    return `${name} is in the state "${words}" ${at}: deploy it first, since ${about.title} restarts only deployed machines from their disk.`;
  }
  if (machine.ephemeral_deploy) {
    return `${name} was deployed into memory ${at}, so it would not start from its disk: deploy it to its disk first.`;
  }
  if (!powerType || powerType === 'manual') {
    return `${about.title} cannot switch ${name} on and off: set its power type first.`;
  }
  if (power === 'off') return `${name} is powered off ${at}: power it on first.`;
  if (power === 'error')
    return `${about.title} cannot read the power state of ${name}: check its power settings first.`;
  return null;
}

/** The IPv4 address that it was seen with in rescue, else the one that it is set up with. */
export function ipv4Of({ boot_interface: boot, ip_addresses: all }: MaasMachine): string | undefined {
  const own = [...(boot?.discovered ?? []), ...(boot?.links ?? [])].map(({ ip_address: ip }) => ip ?? '');
  return [...own, ...(all ?? [])].find(isIPv4);
}

/** @throws XepaError device-unfit for a machine without an address */
export function addressOf(machine: MaasMachine): string {
  const address = ipv4Of(machine);
  if (address !== undefined) return address;
  const text = `${machine.hostname} has no IPv4 address at ${about.title}, so its rescue system cannot be reached.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}
