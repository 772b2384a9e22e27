import fc from 'fast-check';
import type { Occupied } from '../../core/contracts/disk-stack.ts';
import { Disk, Nic, PciDevice, type Survey } from '../../core/contracts/survey.ts';
import { aSurvey } from './a-survey.ts';
import { AnyStack, stackOver } from './any-stack.ts';

const kinds = ['bridge', 'nvme', 'ahci', 'raid', 'vmd', 'nic', 'usb', 'other'] as const;
type Kind = (typeof kinds)[number];

/** One function of the server: everything that can be said of it, whether or not it makes sense for its kind. */
const Slot = fc.record({
  kind: fc.constantFrom<Kind>(...kinds, 'nvme', 'ahci', 'nic', 'nic'),
  group: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 5 }) }, { weight: 1, arbitrary: fc.constant(null) }),
  /** The next function in the same slot of the board. */
  sameCard: fc.boolean(),
  disks: fc.integer({ min: 0, max: 3 }),
  ports: fc.integer({ min: 1, max: 2 }),
  lifeline: fc.nat({ max: 3 }).map((dice) => dice === 0),
  mounted: fc.nat({ max: 5 }).map((dice) => dice === 0),
  held: fc.nat({ max: 5 }).map((dice) => dice < 3),
  bonded: fc.nat({ max: 3 }).map((dice) => dice === 0),
  carrier: fc.boolean(),
  resets: fc.constantFrom(null, [], ['flr', 'bus'], ['pm']),
  virtual: fc.nat({ max: 9 }),
  line: fc.constantFrom(null, 16, 17),
  sector: fc.constantFrom(512, 512, 512, 4096, 520),
});
type Slot = ReturnType<(typeof Slot)['generate']>['value'];

const classes: Readonly<Record<Kind, string>> = {
  bridge: '060400',
  nvme: '010802',
  ahci: '010601',
  raid: '010400',
  vmd: '010400',
  nic: '020000',
  usb: '0c0330',
  other: '0c0500',
};
const drivers: Readonly<Record<Kind, string | null>> = {
  ...{ bridge: 'pcieport', nvme: 'nvme', ahci: 'ahci', raid: 'megaraid_sas', vmd: 'vmd', nic: 'igb', usb: 'xhci_hcd' },
  other: null,
};

interface Placed extends Slot {
  at: number;
  address: string;
  parent: string | null;
}

/** Functions of one card share bus and device number; what follows a bridge may sit behind it. */
function place(slots: readonly Slot[]): Placed[] {
  let [device, fn] = [0, 0];
  let bridge: string | null = null;
  return slots.map((slot, at) => {
    if (slot.sameCard && fn < 7) fn += 1;
    else [device, fn] = [device + 1, 0];
    const address = `0000:${device.toString(16).padStart(2, '0')}:00.${fn}`;
    const parent = bridge;
    if (slot.kind === 'bridge') bridge = slot.carrier ? address : null;
    return { ...slot, at, address, parent };
  });
}

function pciOf({ kind, address, parent, group, resets, virtual, line }: Placed, all: readonly Placed[]): PciDevice[] {
  const device = PciDevice.parse({
    ...{ address, class: classes[kind], vendor: '8086', device: kind === 'vmd' ? '201d' : '0001' },
    ...{ driver: drivers[kind], iommuGroup: group, resets, parent, interruptLine: line },
    physicalFunction: virtual === 9 && kind === 'nic' ? (all[0]?.address ?? null) : null,
    virtualFunctions: virtual === 8 ? 4 : 0,
  });
  if (kind !== 'vmd') return [device];
  // Its disks sit in a domain of their own, and may share its group.
  const child = { ...device, address: `1${address}`, class: classes.nvme, driver: 'nvme', parent: address };
  return [device, child];
}

function nicsOf({ kind, at, address, parent, lifeline, bonded, carrier, ports }: Placed): Nic[] {
  const usb = kind === 'usb' && bonded;
  if (kind !== 'nic' && !usb) return [];
  return Array.from({ length: kind === 'nic' ? ports : 1 }, (_, port) =>
    Nic.parse({
      ...{ name: `eth${at}p${port}`, mac: `02:00:00:00:0${port}:${at.toString(16).padStart(2, '0')}` },
      ...{ pci: usb ? null : address, driver: 'igb', carrier, addresses: [], lifeline: lifeline && port === 0 },
      master: bonded && !usb ? 'bond0' : null,
      through: [address, ...(parent === null ? [] : [parent])],
    }),
  );
}

/** Members of a bond with the lifeline are lifelines too, as the survey marks them. */
function withBond(nics: readonly Nic[]): Nic[] {
  const members = nics.filter(({ master }) => master === 'bond0');
  if (members.length === 0) return [...nics];
  const lifeline = members.some((nic) => nic.lifeline);
  const bond = { name: 'bond0', mac: '02:00:00:00:ff:00', pci: null, driver: null, carrier: true, addresses: [] };
  const lowers = members.map(({ name }) => name);
  const marked = nics.map((nic) => (nic.master === 'bond0' ? { ...nic, lifeline: nic.lifeline || lifeline } : nic));
  return [...marked, Nic.parse({ ...bond, lifeline, kind: 'bond', lowers })];
}

function disksOf({ kind, at, address, parent, disks, mounted, held, sector }: Placed): Disk[] {
  if (!['nvme', 'ahci', 'raid', 'vmd', 'usb'].includes(kind)) return [];
  return Array.from({ length: kind === 'nvme' ? Math.min(disks, 1) : disks }, (_, n) =>
    Disk.parse({
      ...{ name: `d${at}n${n}`, path: `/dev/d${at}n${n}`, serial: `S${at}-${n}`, model: 'M', sizeBytes: 1e12 },
      ...{ transport: kind === 'usb' ? 'usb' : 'nvme', pci: kind === 'usb' ? null : address },
      ...{ logicalSectorBytes: sector, physicalSectorBytes: sector, contents: [] },
      mountpoints: mounted && n === 0 ? ['/mnt'] : [],
      holders: held && n === 0 ? ['built'] : [],
      through: [address, ...(parent === null ? [] : [parent])],
    }),
  );
}

/** The CD that the rescue system runs from. */
function cdOn(placed: readonly Placed[], dice: number): Occupied[] {
  const on = placed[dice];
  return on ? [{ name: 'sr0', mountpoints: ['/run/live'], through: [on.address] }] : [];
}

/** Servers of every shape, sensible or not: groups shared by anything, cards with several functions, bonds, VMD, USB, SR-IOV, no IOMMU. */
export const anyServer: fc.Arbitrary<Survey> = fc
  .record({
    slots: fc.array(Slot, { minLength: 1, maxLength: 14 }),
    iommu: fc.nat({ max: 7 }).map((dice) => dice > 0),
    vfio: fc.nat({ max: 15 }).map((dice) => dice > 0),
    reservedGroups: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 2 }),
    tables: fc.constantFrom<string[] | null>(null, [], ['DMAR'], ['IVRS']),
    stack: AnyStack,
    cd: fc.nat({ max: 40 }),
  })
  .map(({ slots, iommu, vfio, reservedGroups, tables, stack, cd }) => {
    const placed = place(slots);
    const { disks, arrays, volumes } = stackOver(placed.flatMap(disksOf), stack);
    return aSurvey({
      ...{ iommu, vfio, reservedGroups, acpiTables: tables, disks, arrays, volumes },
      pci: placed.flatMap((slot) => pciOf(slot, placed)),
      nics: withBond(placed.flatMap(nicsOf)),
      occupied: cdOn(placed, cd),
      tools: [...stack.tools],
    });
  });
