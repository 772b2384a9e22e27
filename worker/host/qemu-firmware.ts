import type { LicenceTable } from '../../core/contracts/machine-facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Ovmf } from './ovmf.ts';
import { optionValue } from './qemu-smbios.ts';
import { acpiTablePath, type VmPaths } from './vm-paths.ts';

/** SeaBIOS needs nothing. Sleep states are off: a sleeping guest looks like a dead one. */
export function firmwareArgv(plan: Plan, ovmf: Ovmf | null, paths: VmPaths): string[] {
  const sleep = ['-global', 'ICH9-LPC.disable_s3=1', '-global', 'ICH9-LPC.disable_s4=1'];
  if (plan.firmware === 'bios' || !ovmf) return sleep;
  const flash = `if=pflash,format=${ovmf.format ?? 'raw'}`;
  return [
    ...sleep,
    // Only System Management Mode may write variables: else a guest could give itself keys.
    ...(ovmf.smm ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
    ...['-drive', `${flash},unit=0,readonly=on,file=${optionValue(ovmf.code)}`],
    ...['-drive', `${flash},unit=1,file=${optionValue(paths.vars)}`],
  ];
}

/** Copies in the run folder, which are there only while QEMU starts. */
export function acpiArgv(tables: readonly LicenceTable[], dir: string): string[] {
  return tables.flatMap((table) => ['-acpitable', `file=${optionValue(acpiTablePath(dir, table))}`]);
}

/** An emulator of its own plays the TPM; the firmware of each kind looks for another interface. */
export function tpmArgv(firmware: Plan['firmware'], paths: VmPaths): string[] {
  return [
    ...['-chardev', `socket,id=tpm,path=${optionValue(paths.tpm)}`, '-tpmdev', 'emulator,id=tpm0,chardev=tpm'],
    ...['-device', `${firmware === 'uefi' ? 'tpm-crb' : 'tpm-tis'},tpmdev=tpm0`],
  ];
}
