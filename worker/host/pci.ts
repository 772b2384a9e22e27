import type { PciDevice } from '../../core/contracts/survey.ts';

const shortAddress = /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

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

/** PCI-to-PCI bridges carry traffic of a group; they are never bound to vfio-pci. */
export function isBridge(device: PciDevice): boolean {
  return device.class.startsWith('0604');
}

/** True for NVMe, the only storage that most firmware cannot boot in legacy mode. */
export function isNvme(device: PciDevice): boolean {
  return device.class.startsWith('0108');
}

/** True for SATA in AHCI mode, also where the firmware calls it RAID and the kernel drives it as AHCI. */
export function isAhci(device: PciDevice): boolean {
  return device.class.startsWith('0106') || device.driver === 'ahci';
}

/** All functions that share a group, without its bridges. */
export function groupMembers(pci: readonly PciDevice[], group: number): PciDevice[] {
  return pci.filter((device) => device.iommuGroup === group && !isBridge(device));
}

/** Rows `address class vendor device driver group` of the survey script. */
export function parsePci(rows: readonly string[][]): PciDevice[] {
  return rows.map(([address = '', pciClass = '', vendor = '', device = '', driver = '', group = '']) => ({
    address,
    class: hex(pciClass).padStart(6, '0'),
    vendor: hex(vendor),
    device: hex(device),
    driver: driver === '' ? null : driver,
    iommuGroup: /^\d+$/.test(group) ? Number(group) : null,
  }));
}

function hex(text: string): string {
  return text.trim().replace(/^0x/, '').toLowerCase();
}
