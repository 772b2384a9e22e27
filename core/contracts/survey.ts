import { z } from 'zod';

/** One PCI function. `address` is the full BDF (0000:02:00.0), `class` six hex digits, ids four hex digits. */
export const PciDevice = z.object({
  address: z.string(),
  class: z.string(),
  vendor: z.string(),
  device: z.string(),
  driver: z.string().nullable(),
  iommuGroup: z.number().nullable(),
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
  contents: z.array(z.object({ name: z.string(), type: z.string(), label: z.string(), sizeBytes: z.number() })),
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
  /** IPv4 address of the default gateway; null where there is none, or it was not looked for. */
  gateway: z.string().nullable().optional(),
  disks: z.array(Disk).max(1_024),
  firmware: z.enum(['bios', 'uefi']),
  secureBoot: z.boolean(),
  tpm: z.boolean(),
  iommu: z.boolean(),
  /** IOMMU groups in which firmware keeps memory for itself (RMRR): the kernel gives none of their devices away. */
  reservedGroups: z.array(z.number()).default([]),
  /** The rescue kernel has vfio-pci, or it cannot be told. */
  vfio: z.boolean().default(true),
  /** CPU flags svm or vmx are there, so KVM can be expected once its module is loaded. */
  virtualization: z.enum(['svm', 'vmx', 'none']),
  cpus: z.number(),
  cpuModel: z.string(),
  memoryTotalBytes: z.number(),
  memoryAvailableBytes: z.number(),
  smbios: Smbios,
  os: z.object({ id: z.string(), version: z.string(), kernel: z.string() }),
  cmdline: z.string(),
  /** Names of the tools we may need that are on PATH. */
  tools: z.array(z.string()),
  /** Paths of firmware images that are present (OVMF). */
  ovmf: z.object({ code: z.string(), vars: z.string() }).nullable(),
});
export type Survey = z.infer<typeof Survey>;
