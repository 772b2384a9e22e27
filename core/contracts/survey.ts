import { z } from 'zod';
import { Content, Occupied, RaidArray, Volume } from './disk-stack.ts';
import { Board, BootMenu, Processor, RescueSystem, SerialPort } from './hardware.ts';
import { NicAddress, Route } from './routes.ts';

/** One PCI function. `address` is the full BDF (0000:02:00.0), `class` six hex digits, ids four hex digits. */
export const PciDevice = z.object({
  address: z.string(),
  class: z.string(),
  vendor: z.string(),
  device: z.string(),
  driver: z.string().nullable(),
  iommuGroup: z.number().nullable(),
  /** Ways of the kernel to reset it, the first is tried first: `flr`, `pm`, `bus`, …; none: it has none. Null: nobody looked. */
  resets: z.array(z.string()).nullable().default(null),
  optionRom: z.boolean().default(false),
  /** The function next to it on the way to the processor: a bridge, or a volume management device. */
  parent: z.string().nullable().default(null),
  /** First and last bus behind a bridge. */
  buses: z.object({ first: z.number(), last: z.number() }).nullable().default(null),
  /** Of a virtual function (SR-IOV): the physical one. */
  physicalFunction: z.string().nullable().default(null),
  /** How many virtual functions it has now. */
  virtualFunctions: z.number().default(0),
  /** Its interrupt line, where its driver uses that and no messages (MSI). */
  interruptLine: z.number().nullable().default(null),
});
export type PciDevice = z.infer<typeof PciDevice>;

/** A network interface by its permanent MAC; `pci` is null for virtual ones. */
export const Nic = z.object({
  name: z.string(),
  mac: z.string(),
  pci: z.string().nullable(),
  driver: z.string().nullable(),
  carrier: z.boolean(),
  addresses: z.array(z.string()),
  /** It carries our SSH connection or the route back to us: never to be given away. */
  lifeline: z.boolean(),
  kind: z.enum(['physical', 'bond', 'bridge', 'vlan', 'other']).default('physical'),
  /** The bond or bridge that it is a member of. */
  master: z.string().nullable().default(null),
  /** What it stands on: the members of a bond or bridge, the port below a VLAN. */
  lowers: z.array(z.string()).default([]),
  vlan: z.number().nullable().default(null),
  /** As the kernel names it: `802.3ad`, `active-backup`; empty where it is no bond. */
  bondMode: z.string().default(''),
  /** Megabits a second; null while there is no link. */
  speedMbps: z.number().nullable().default(null),
  mtu: z.number().nullable().default(null),
  networks: z.array(NicAddress).default([]),
  /** PCI functions on its way to the processor, from there on: also those of what sits behind a USB controller. */
  through: z.array(z.string()).default([]),
});
export type Nic = z.infer<typeof Nic>;

/** A whole disk. Sizes in bytes. `contents` lists what is on it now: file systems, RAID members, partition tables. */
export const Disk = z.object({
  name: z.string(),
  path: z.string(),
  serial: z.string(),
  model: z.string(),
  sizeBytes: z.number(),
  transport: z.string(),
  /** PCI address of its controller; null where it has none (virtual, USB behind a hub). */
  pci: z.string().nullable(),
  logicalSectorBytes: z.number(),
  physicalSectorBytes: z.number(),
  mountpoints: z.array(z.string()),
  /** What the rescue system has built on it or on its partitions: RAID arrays, volumes, encrypted volumes, by kernel name. */
  holders: z.array(z.string()).default([]),
  contents: z.array(Content),
  /** World-wide name as the kernel writes it (`naa.…`, `eui.…`); empty where it has none. */
  wwn: z.string().default(''),
  /** It spins. Null: nobody looked. */
  rotational: z.boolean().nullable().default(null),
  /** Kind of its partition table; empty where it has none. */
  table: z.enum(['gpt', 'mbr', '']).default(''),
  /** Operating systems that seem to be on it, told by partition types, names, and the firmware's boot entries. */
  systems: z.array(z.string()).default([]),
  /** PCI functions on its way to the processor, from there on. */
  through: z.array(z.string()).default([]),
});
export type Disk = z.infer<typeof Disk>;

/** Strings of SMBIOS type 1, as the installed system should see them too. Empty where the board has none. */
export const Smbios = z.object({
  manufacturer: z.string(),
  product: z.string(),
  version: z.string(),
  serial: z.string(),
  uuid: z.string(),
  sku: z.string(),
  family: z.string(),
});
export type Smbios = z.infer<typeof Smbios>;

/** Everything one read-only round trip tells about the device in rescue. */
export const Survey = z.object({
  pci: z.array(PciDevice).max(4_096),
  nics: z.array(Nic).max(512),
  /** Default routes and those of our own networks, IPv4 and IPv6. */
  routes: z.array(Route).max(1_024).default([]),
  nameservers: z.array(z.string()).max(64).default([]),
  disks: z.array(Disk).max(1_024),
  arrays: z.array(RaidArray).max(1_024).default([]),
  volumes: z.array(Volume).max(4_096).default([]),
  /** ZFS pools that the rescue system has imported. */
  pools: z.array(z.string()).max(1_024).default([]),
  occupied: z.array(Occupied).max(1_024).default([]),
  firmware: z.enum(['bios', 'uefi']),
  secureBoot: z.boolean(),
  /** Null under BIOS, and where the rescue system does not show the firmware's variables. */
  bootMenu: BootMenu.nullable().default(null),
  tpm: z.boolean(),
  /** Version of the TPM's specification, `2` or `1`; empty where it is not told. */
  tpmVersion: z.string().default(''),
  iommu: z.boolean(),
  /** IOMMU groups in which firmware keeps memory for itself (RMRR): the kernel gives none of their devices away. */
  reservedGroups: z.array(z.number()).default([]),
  /** Names of the ACPI tables: DMAR or IVRS where the firmware offers an IOMMU, SLIC and MSDM for licences. Null: nobody looked. */
  acpiTables: z.array(z.string()).max(512).nullable().default(null),
  /** The rescue kernel has vfio-pci, or it cannot be told. */
  vfio: z.boolean().default(true),
  /** CPU flags svm or vmx are there, so KVM can be expected once its module is loaded. */
  virtualization: z.enum(['svm', 'vmx', 'none']),
  /** What the rescue kernel is built for, as it says itself: `x86_64`, `aarch64`. Empty: nobody looked. */
  architecture: z.string().default(''),
  cpus: z.number(),
  cpuModel: z.string(),
  processor: Processor.nullable().default(null),
  memoryTotalBytes: z.number(),
  memoryAvailableBytes: z.number(),
  hugePages: z.object({ bytes: z.number(), total: z.number(), free: z.number() }).nullable().default(null),
  smbios: Smbios,
  board: Board.nullable().default(null),
  serialPorts: z.array(SerialPort).max(64).default([]),
  os: z.object({ id: z.string(), version: z.string(), kernel: z.string() }),
  rescue: RescueSystem.nullable().default(null),
  cmdline: z.string(),
  /** Names of the tools we may need that are on PATH. */
  tools: z.array(z.string()),
  /** Paths of firmware images that are present (OVMF). */
  ovmf: z.object({ code: z.string(), vars: z.string() }).nullable(),
});
export type Survey = z.infer<typeof Survey>;
