import type { InstalledPartition } from './installed.ts';

/** The serial console that a kernel command line names: "ttyS1,115200"; null where it names none. The last one is where a login appears. */
export function serialConsoleOf(cmdline: string): string | null {
  const named = [...cmdline.matchAll(/(?:^|\s)console=(ttyS\d+(?:,\d+\w*)?)(?=\s|$)/g)];
  return named.at(-1)?.[1] ?? null;
}

/** Files of a system that hold its kernel's command line, as far as they were found. */
export function commandLineFiles({ files }: Pick<InstalledPartition, 'files'>): string[] {
  const holds = (path: string) =>
    /(^|\/)(etc\/default\/grub|grub2?\/grub\.cfg|loader\/entries\/[^/]+\.conf|etc\/kernel\/cmdline)$/.test(path);
  return [...files.keys()].filter(holds);
}

/** Whether the installed system writes to any serial port. */
export function hasSerialConsole(partition: Pick<InstalledPartition, 'files'>): boolean {
  const lines = commandLineFiles(partition).flatMap((path) => partition.files.get(path) ?? []);
  return lines.some((line) => /\bconsole=ttyS\d/.test(line));
}
