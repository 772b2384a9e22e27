import type { Nic, PciDevice } from '../../core/contracts/survey.ts';

const shortAddress = /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
const anyAddress = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/**
 * The PCI function that stands behind a sysfs path, or null. It is the last one in the path, except that
 * what sits behind a volume management device (domains from 10000 on) belongs to that device; and a disk on USB has none,
 * since giving away its controller would give away everything else that is plugged in.
 */
export function pciOfPath(path: string): string | null {
  const parts = path.split('/');
  if (parts.some((part) => /^usb\d+$/.test(part))) return null;
  return parts.findLast((part) => shortAddress.test(part)) ?? null;
}

/** Every PCI function in a sysfs path, from the device on to the processor. */
export function wayOfPath(path: string): string[] {
  return path
    .split('/')
    .filter((part) => anyAddress.test(part))
    .toReversed();
}

/** Bridges carry traffic of a group; vfio-pci takes none of them (PCI-to-PCI, CardBus, semi-transparent). */
export function isBridge(device: PciDevice): boolean {
  return /^060[479]/.test(device.class);
}

/** A port with a plug for Ethernet: no bond, bridge or VLAN, and no InfiniBand. */
export function isPort({ kind }: Pick<Nic, 'kind'>): boolean {
  return kind === 'physical';
}

/** What sits behind a volume management device: it is gone as soon as that device leaves its driver. */
export function isBehindVmd(device: Pick<PciDevice, 'address'>): boolean {
  return !shortAddress.test(device.address);
}

/** Intel's volume management device, to which its NVMe disks belong. */
export function isVmd(device: PciDevice): boolean {
  return (
    device.driver === 'vmd' || (device.class.startsWith('0104') && vmdIds.has(`${device.vendor}:${device.device}`))
  );
}

/** As the kernel's driver `vmd` lists them. */
const vmdIds: ReadonlySet<string> = new Set(
  ['201d', '28c0', '467f', '4c3d', '9a0b', 'a77f', '7d0b', 'ad0b', 'b60b', 'b06f'].map((id) => `8086:${id}`),
);

/** True for NVMe, the only storage that most firmware cannot boot in legacy mode. */
export function isNvme(device: PciDevice): boolean {
  return device.class.startsWith('0108');
}

/** True for SATA in AHCI mode, also where the firmware calls it RAID and the kernel drives it as AHCI. */
export function isAhci(device: PciDevice): boolean {
  return device.class.startsWith('0106') || device.driver === 'ahci';
}

/** True where one of the functions is on the way of a port or disk to the processor. */
export function hangsOn(
  one: { pci: string | null; through: readonly string[] },
  functions: ReadonlySet<string>,
): boolean {
  return (one.pci !== null && functions.has(one.pci)) || one.through.some((address) => functions.has(address));
}

/** All functions that share a group, without its bridges and what is gone when they leave their drivers. */
export function groupMembers(pci: readonly PciDevice[], group: number): PciDevice[] {
  return pci.filter((device) => device.iommuGroup === group && !isBridge(device) && !isBehindVmd(device));
}

/** Rows of the survey script: `address class vendor device driver group resets rom place secondary subordinate physfn numvfs irq`. */
export function parsePci(rows: readonly string[][]): PciDevice[] {
  return rows.map((row) => {
    const [address = '', pciClass = '', vendor = '', device = '', driver = '', group = '', ...more] = row;
    const [resets, rom = '', place = '', first = '', last = '', physical = '', functions = '', line = ''] = more;
    return {
      address,
      class: hex(pciClass).padStart(6, '0'),
      vendor: hex(vendor),
      device: hex(device),
      driver: driver === '' ? null : driver,
      iommuGroup: numberOf(group),
      resets: resets === undefined ? null : resets.split(' ').filter((way) => way !== '' && way !== 'none'),
      optionRom: rom !== '',
      parent: wayOfPath(place)[1] ?? null,
      buses: busesOf(first, last),
      physicalFunction: physical === '' ? null : physical,
      virtualFunctions: numberOf(functions) ?? 0,
      interruptLine: numberOf(line) || null,
    };
  });
}

function busesOf(first: string, last: string): PciDevice['buses'] {
  const [from, to] = [numberOf(first), numberOf(last)];
  return from === null || to === null ? null : { first: from, last: to };
}

function numberOf(text: string): number | null {
  return /^\d+$/.test(text.trim()) ? Number(text) : null;
}

function hex(text: string): string {
  return text.trim().replace(/^0x/, '').toLowerCase();
}
