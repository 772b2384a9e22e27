import type { FirmwareImage } from '../../core/contracts/machine-facts.ts';

/** Code and variables of OVMF without Secure Boot enforcement, where Debian, Alpine, Fedora, Arch and SUSE put them; best first. */
export const ovmfCandidates: readonly (readonly [code: string, vars: string])[] = [
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
  ['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'],
  ['/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'],
  ['/usr/share/edk2/x64/OVMF_CODE.4m.fd', '/usr/share/edk2/x64/OVMF_VARS.4m.fd'],
  ['/usr/share/edk2-ovmf/x64/OVMF_CODE.fd', '/usr/share/edk2-ovmf/x64/OVMF_VARS.fd'],
  ['/usr/share/qemu/ovmf-x86_64-code.bin', '/usr/share/qemu/ovmf-x86_64-vars.bin'],
  ['/usr/share/qemu/edk2-x86_64-code.fd', '/usr/share/qemu/edk2-i386-vars.fd'],
];

/** A pair of firmware files. */
export type Ovmf = FirmwareImage;

/** The first pair that a script found, from its rows `code TAB vars`. */
export function parseOvmf(rows: readonly string[][]): Ovmf | null {
  const [code, vars] = rows[0] ?? [];
  return code && vars ? { code, vars } : null;
}

/**
 * The firmware for a VM. Secure Boot needs Microsoft's keys, which only a description tells; without it, firmware that needs no
 * System Management Mode is preferred, and a known path is as good as a description. Variables in QEMU's own format would do for the VM, but
 * boot entries that the installer makes are read from them afterwards.
 * @param described from `describedFirmware`
 * @param known found at one of the candidates' paths
 */
export function chooseOvmf(
  described: readonly Ovmf[],
  known: Ovmf | null,
  wanted: { secureBoot: boolean },
): Ovmf | null {
  const raw = ({ format }: Ovmf) => format !== 'qcow2';
  const enrolled = wanted.secureBoot ? described.filter(({ secureBoot }) => secureBoot) : [];
  const plain = described.filter(({ secureBoot }) => !secureBoot);
  const easy = plain.filter(({ smm }) => !smm);
  return enrolled.find(raw) ?? enrolled[0] ?? easy.find(raw) ?? known ?? easy[0] ?? plain[0] ?? null;
}
