import { z } from 'zod';
import type { Ovmf } from './ovmf.ts';

const File = z.object({ filename: z.string(), format: z.enum(['raw', 'qcow2']) });

/** The part that matters here of QEMU's docs/interop/firmware.json. */
const Description = z.object({
  'interface-types': z.array(z.string()),
  mapping: z.object({
    device: z.literal('flash'),
    mode: z.literal('split').optional(),
    executable: File,
    'nvram-template': File,
  }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
});
type Description = z.infer<typeof Description>;

/** What a description of this kind asks for is no use to us: memory encryption without variables of its own. */
const unfit: readonly string[] = ['amd-sev-es', 'amd-sev-snp', 'intel-tdx'];

/**
 * UEFI firmware for q35, best first, as distributions describe theirs to QEMU. What is not understood, or is not there, is
 * left out.
 * @param rows the path of a description and its text; sorted by file name, whichever folder it is in
 * @param files which of the files that they name are there
 */
export function describedFirmware(rows: readonly string[][], files: readonly string[]): Ovmf[] {
  const there = new Set(files);
  return rows
    .toSorted(([a = ''], [b = '']) => compare(nameOf(a), nameOf(b)))
    .filter(([path = ''], index, all) => all.findIndex(([other = '']) => nameOf(other) === nameOf(path)) === index)
    .flatMap(([, text = '']) => imageOf(text))
    .filter(({ code, vars }) => there.has(code) && there.has(vars));
}

function imageOf(text: string): Ovmf[] {
  const description = Description.safeParse(jsonOf(text)).data;
  if (!description || !fits(description)) return [];
  const { executable, 'nvram-template': vars } = description.mapping;
  if (executable.format !== vars.format) return [];
  const has = (feature: string) => description.features.includes(feature);
  return [
    {
      code: executable.filename,
      vars: vars.filename,
      format: executable.format,
      smm: has('requires-smm'),
      secureBoot: has('secure-boot') && has('enrolled-keys'),
    },
  ];
}

function fits({ 'interface-types': interfaces, targets, features }: Description): boolean {
  const q35 = targets.some(
    ({ architecture, machines }) => architecture === 'x86_64' && machines.some((name) => name.startsWith('pc-q35')),
  );
  return interfaces.includes('uefi') && q35 && !features.some((feature) => unfit.includes(feature));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
