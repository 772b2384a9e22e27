import { z } from 'zod';

/** Strings of the board's SMBIOS types 0, 2, 3 and 11. Empty where it has none. */
export const Board = z.object({
  bios: z.object({ vendor: z.string(), version: z.string(), date: z.string(), release: z.string() }),
  baseboard: z.object({
    ...{ manufacturer: z.string(), product: z.string(), version: z.string() },
    ...{ serial: z.string(), asset: z.string() },
  }),
  chassis: z.object({ manufacturer: z.string(), version: z.string(), serial: z.string(), asset: z.string() }),
  oemStrings: z.array(z.string()),
});
export type Board = z.infer<typeof Board>;

/** ACPI tables by which a licence knows its machine: SLIC up to Windows 7, MSDM (a key) since Windows 8. */
export const LicenceTable = z.enum(['SLIC', 'MSDM']);
export type LicenceTable = z.infer<typeof LicenceTable>;

/** What the server and its QEMU offer to the virtual machine, read once QEMU is there. */
export const MachineFacts = z.object({
  /** Major version of QEMU; null where it could not be told. */
  qemuMajor: z.number().nullable(),
  /** Names only: the tables never leave the server. */
  acpiTables: z.array(LicenceTable),
  board: Board,
  /** MiB in free huge pages of 2 MiB. */
  freeHugePagesMb: z.number(),
});
export type MachineFacts = z.infer<typeof MachineFacts>;

/** Firmware of the VM: `code` is mapped read-only, `vars` is the template of an install's own copy. */
export const FirmwareImage = z.object({
  code: z.string(),
  vars: z.string(),
  /** Of both files; raw where it is not said. */
  format: z.enum(['raw', 'qcow2']).optional(),
  /** It demands System Management Mode. */
  smm: z.boolean().optional(),
  /** Microsoft's keys are enrolled in `vars`, and Secure Boot is on. */
  secureBoot: z.boolean().optional(),
});
export type FirmwareImage = z.infer<typeof FirmwareImage>;
