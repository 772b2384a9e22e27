import type { Facts } from '../../core/contracts/facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import type { VmWish } from '../../core/contracts/vm-wish.ts';

const firmwareNames: Readonly<Record<Plan['firmware'], string>> = { bios: 'BIOS', uefi: 'UEFI' };
const guestNames = { windows: 'Windows', linux: 'not Windows' } as const;
const rebootTexts = {
  stay: "the installer's reboot stays in the VM, which then starts from the disk",
  finish: "the installer's first reboot ends the VM, and the server goes on from its disk",
} as const;

/** The machine that the installer sees, in one line; null for plans from before it was written down. */
export function vmLine(plan: Plan): string | null {
  if (!plan.vm) return null;
  const { tpm, rom, guest, onReboot, serialConsole } = vmPlanOf(plan);
  const parts = [
    `${firmwareNames[plan.firmware]}, ${plan.memoryMb} MB, ${plan.cpus} ${plan.cpus === 1 ? 'processor' : 'processors'}`,
    ...(guest === 'windows' ? ['for Windows'] : []),
    ...(tpm ? ['a virtual TPM 2.0'] : []),
    ...(rom ? ['with option ROMs'] : []),
    ...(serialConsole !== null && serialConsole < 2
      ? [`the server's own serial console is ttyS${serialConsole} (COM${serialConsole + 1}), in the VM too`]
      : []),
    rebootTexts[onReboot],
  ];
  return `*Virtual machine*  ${parts.join('; ')}.`;
}

/** What somebody asked for of the virtual machine: `UEFI; a virtual TPM`. */
export function wishedVmText({ firmware, guest, tpm, rom, onReboot }: VmWish): string {
  const parts = [
    ...(firmware === undefined ? [] : [`a VM with ${firmwareNames[firmware]}, whatever the server was started by`]),
    ...(guest === undefined ? [] : [`${guestNames[guest]} as its system`]),
    ...(tpm === undefined ? [] : [tpm === 'on' ? 'a virtual TPM' : 'no virtual TPM']),
    ...(rom === undefined ? [] : [rom === 'on' ? 'option ROMs' : 'no option ROMs']),
    ...(onReboot === undefined ? [] : [rebootTexts[onReboot]]),
  ];
  return parts.join('; ');
}

/** What came out of it once the rescue system had its packages; said with the console. */
export function secureBootNote({ plan, prepare }: Facts): string[] {
  if (!plan || !vmPlanOf(plan).secureBoot || !prepare) return [];
  return prepare.ovmf?.secureBoot
    ? ["• Secure Boot is on in the VM, with Microsoft's keys."]
    : ["• Secure Boot is off in the VM: the rescue system's OVMF comes without Microsoft's keys."];
}

/** How often the installer rebooted, and whether that ended the VM; null where there is nothing to tell. */
export function rebootsText({ attend }: Facts): string | null {
  const { ended, reboots = 0 } = attend ?? {};
  if (ended !== 'guest-rebooted') return reboots > 0 ? `The installer rebooted ${times(reboots)} in the VM.` : null;
  const before = reboots > 0 ? `, after it had rebooted there ${times(reboots)}` : '';
  return `The reboot of the installer ended the VM${before}.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
