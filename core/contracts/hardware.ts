import { z } from 'zod';

/** Strings of SMBIOS types 0, 2 and 3. Empty where the board has none; `chassis.type` is the number of the specification. */
export const Board = z.object({
  bios: z.object({ vendor: z.string(), version: z.string(), date: z.string(), release: z.string() }),
  baseboard: z.object({
    manufacturer: z.string(),
    product: z.string(),
    version: z.string(),
    serial: z.string(),
    assetTag: z.string(),
  }),
  chassis: z.object({
    manufacturer: z.string(),
    type: z.string(),
    version: z.string(),
    serial: z.string(),
    assetTag: z.string(),
  }),
});
export type Board = z.infer<typeof Board>;

/** `flags`: those that a virtual machine depends on. `addressBits`: of physical addresses, 0 where it is not told. */
export const Processor = z.object({
  sockets: z.number(),
  /** Cores of one socket. */
  cores: z.number(),
  addressBits: z.number(),
  flags: z.array(z.string()),
  /** Memory and processors of each NUMA node; `cpus` is a list of the kernel such as `0-7,16-23`. */
  numa: z.array(z.object({ node: z.number(), cpus: z.string(), memoryBytes: z.number() })),
});
export type Processor = z.infer<typeof Processor>;

/** One entry of the firmware's boot menu. */
export const BootEntry = z.object({
  /** Four hexadecimal digits, as in `Boot0001`. */
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  boots: z.enum(['disk', 'network', 'other']),
  /** Path of its loader with backslashes, and unique GUID of the partition that it is on; empty where it has none. */
  loader: z.string(),
  partition: z.string(),
});
export type BootEntry = z.infer<typeof BootEntry>;

/** UEFI boot entries, those of the boot order first, and the id that was booted now. */
export const BootMenu = z.object({ entries: z.array(BootEntry), current: z.string() });
export type BootMenu = z.infer<typeof BootMenu>;

/** A serial port that is there. `speed` is that of the kernel's console on it; null where it has none. */
export const SerialPort = z.object({
  name: z.string(),
  /** Address of its registers in hexadecimal (03f8), empty where it is not told. */
  port: z.string(),
  console: z.boolean(),
  speed: z.number().nullable(),
});
export type SerialPort = z.infer<typeof SerialPort>;

/** The rescue system beside its id: its name in words, the distributions it descends from, process 1 (`systemd`, `openrc`, or its name). */
export const RescueSystem = z.object({
  name: z.string(),
  like: z.array(z.string()),
  init: z.string(),
  packageManager: z.string(),
});
export type RescueSystem = z.infer<typeof RescueSystem>;
