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

/** A pair of firmware files: `code` is mapped read-only, `vars` is the template of an install's own copy. */
export interface Ovmf {
  code: string;
  vars: string;
}

/** The first pair that a script found, from its rows `code TAB vars`. */
export function parseOvmf(rows: readonly string[][]): Ovmf | null {
  const [code, vars] = rows[0] ?? [];
  return code && vars ? { code, vars } : null;
}
