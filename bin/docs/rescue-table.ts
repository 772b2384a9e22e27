import { type Need, needs, packageManagers } from '../../worker/host/package-managers.ts';

const titles: Record<Need, string> = {
  qemu: 'QEMU',
  ovmf: 'UEFI firmware',
  curl: 'curl',
  swtpm: 'software TPM',
  nbdkit: 'streaming of ISOs',
  kexec: 'another start of the kernel',
  certificates: 'whom curl trusts',
};

/** The table of package managers: what each of them is asked for. */
export function rescueTable(): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = packageManagers.map(({ tool, systems, names }) =>
    line([systems, `\`${tool}\``, ...needs.map((need) => namesText(names[need]))]),
  );
  const head = ['Rescue system', 'by', ...needs.map((need) => titles[need])];
  return [line(head), line(head.map(() => '---')), ...rows].join('\n');
}

function namesText(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ') || "with QEMU's own";
}
