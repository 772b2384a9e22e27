import type { BindFacts } from '../../core/contracts/facts.ts';
import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import type { SeenDisk } from './late-disks.ts';
import { scriptCommand } from './script-command.ts';
import { bindScript, giveBackScript, readDriversScript } from './scripts/vfio.ts';
import { linesOf, parseSections, rowsOf, type Sections } from './sections.ts';

/** A PCI function and the kernel driver that is bound to it; null where none is. */
export type DriverOf = BindFacts['previous'][number];

/** Which drivers are bound now, to be saved before `bindToVfio` changes them; and which disks there are. */
export function readDrivers(addresses: readonly string[]): Command<{ previous: DriverOf[]; disks: SeenDisk[] }> {
  return scriptCommand({
    script: readDriversScript,
    args: addresses,
    timeoutMs: 20_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const disks = rowsOf(sections, 'disks').map(([name = '', place = '']) => ({ name, place: place.trim() }));
      return { previous: driversOf(sections), disks };
    },
  });
}

/**
 * Takes PCI functions from their drivers and binds them to vfio-pci; those that are bound already stay so.
 * The parser throws XepaError `device-unfit` that names every function which did not end at vfio-pci.
 */
export function bindToVfio(addresses: readonly string[]): Command<DriverOf[]> {
  return scriptCommand({
    script: bindScript,
    args: addresses,
    timeoutMs: 60_000,
    parse: (output) => requireVfio(driversOf(parseSections(output.stdout)), output.stdout),
  });
}

/**
 * Binds PCI functions to the drivers they had before, and waits a moment for their disks to show up.
 * Works on half-done work and when repeated. The kernel may choose another driver than before; that counts as given back.
 * The parser throws XepaError `vm-failed` while a process still uses one of them, and `device-unfit` where one stays without a driver.
 */
export function giveBack(previous: readonly DriverOf[]): Command<DriverOf[]> {
  return scriptCommand({
    script: giveBackScript,
    args: driverPairs(previous),
    timeoutMs: 90_000,
    parse: (output) => requireGivenBack(parseSections(output.stdout), previous),
  });
}

/** Arguments of the scripts that give devices back: `0000:02:00.0=nvme`. */
export function driverPairs(previous: readonly DriverOf[]): string[] {
  return previous.map(({ address, driver }) => `${address}=${driver === 'vfio-pci' ? '' : (driver ?? '')}`);
}

function driversOf(sections: Sections): DriverOf[] {
  return rowsOf(sections, 'drivers').map(([address = '', driver = '']) => ({
    address,
    driver: driver === '' ? null : driver,
  }));
}

function requireVfio(drivers: DriverOf[], stdout: string): DriverOf[] {
  const missed = drivers.filter(({ driver }) => driver !== 'vfio-pci');
  if (missed.length === 0) return drivers;
  const names = missed.map(({ address, driver }) => `${address} (${driver ?? 'no driver'})`).join(', ');
  throw new XepaError('device-unfit', {
    message: `not bound to vfio-pci: ${names}; ${stdout.split('\n')[0] ?? ''}`,
    userMessage: `The rescue system did not let go of ${names}. Its kernel may lack vfio-pci, or the device is in use.`,
    retry: 'backoff',
  });
}

function requireGivenBack(sections: Sections, previous: readonly DriverOf[]): DriverOf[] {
  const held = linesOf(sections, 'held');
  if (held.length > 0) {
    throw new XepaError('vm-failed', {
      message: `still open by a process: ${held.join(', ')}`,
      userMessage: 'The virtual machine still holds the hardware; it has to end before the hardware can be given back.',
      retry: 'backoff',
    });
  }
  const drivers = driversOf(sections);
  const had = new Map(previous.map(({ address, driver }) => [address, driver]));
  const lost = drivers.filter(({ address, driver }) => !isBack(driver, had.get(address) ?? null));
  if (lost.length === 0) return drivers;
  const names = lost.map(({ address }) => `${address} (${had.get(address) ?? 'no driver'})`).join(', ');
  throw new XepaError('device-unfit', {
    message: `not given back: ${names}`,
    userMessage: `The rescue system did not take back ${names}. A reboot of the server brings it back.`,
    retry: 'backoff',
  });
}

function isBack(now: string | null, before: string | null): boolean {
  if (before === null || before === 'vfio-pci') return true;
  return now !== null && now !== 'vfio-pci';
}
