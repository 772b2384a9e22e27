import { finishesOnReboot } from '../../core/answers/finishes-on-reboot.ts';
import type { InstallRequest } from '../../core/contracts/install.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import type { VmPlan } from '../../core/contracts/vm-plan.ts';
import { canGet } from './packages.ts';
import type { Findings, PlanInput } from './plan-types.ts';

/** The setup of Windows refuses less, or takes hours with it. */
const windowsMemoryMb = 4096;

/** What the firmware of the VM is: the server's own, unless somebody asked for another. */
export function firmwareFor({ survey, request }: PlanInput, findings: Findings): Plan['firmware'] {
  const asked = request.vm?.firmware;
  if (asked === undefined || asked === survey.firmware) return survey.firmware;
  const [name, found] = [names[asked], names[survey.firmware]];
  findings.warnings.push(
    `The virtual machine has ${name}, as was asked for, but the rescue system was started by ${found}: the server boots the result only if its own firmware is set to ${name}.`,
  );
  return asked;
}

/** How the VM itself is built, with what there is to say about it. */
export function vmFor(
  input: PlanInput,
  parts: Pick<Plan, 'firmware' | 'memoryMb' | 'nic'>,
  findings: Findings,
): VmPlan {
  const { survey, request } = input;
  const wish = request.vm ?? {};
  const vm: VmPlan = {
    guest: wish.guest ?? null,
    tpm: wantsTpm(input, findings),
    rom: wish.rom === 'on',
    secureBoot: survey.secureBoot && parts.firmware === 'uefi',
    onReboot: finishesOnReboot(request) ? 'finish' : 'stay',
    serialConsole: serialConsoleOf(survey.cmdline),
    nicAt: emulatedAt(survey, parts.nic),
  };
  findings.warnings.push(...warningsOf(vm, survey));
  if (vm.guest === 'windows' && parts.memoryMb < windowsMemoryMb) {
    findings.warnings.push(
      `Windows wants ${windowsMemoryMb} MB of memory to be installed; the VM has ${parts.memoryMb} MB.`,
    );
  }
  return vm;
}

/** Its name follows its address: an emulated port is best where the real one with its MAC is. */
function emulatedAt({ nics }: Survey, { mode, mac }: Plan['nic']): string | null {
  if (mode !== 'emulated') return null;
  return nics.find((nic) => nic.mac === mac && nic.pci !== null)?.pci ?? null;
}

/** Number of the serial port that the kernel writes to: of several, the last one is its console. */
export function serialConsoleOf(cmdline: string): number | null {
  const ports = [...cmdline.matchAll(/(?:^|\s)console=ttyS(\d{1,2})\b/g)].map(([, number]) => Number(number));
  return ports.at(-1) ?? null;
}

const names = { bios: 'BIOS', uefi: 'UEFI' } as const;

function wantsTpm({ survey, request }: PlanInput, findings: Findings): boolean {
  const asked = request.vm?.tpm;
  if (asked !== undefined) {
    if (asked === 'on' && !canGet(survey, 'swtpm')) findings.refusals.push(`${noTpm} Ask without \`--tpm on\`.`);
    return asked === 'on';
  }
  if (!isWindows11(request)) return false;
  if (!canGet(survey, 'swtpm'))
    findings.warnings.push(`${noTpm} The setup of Windows 11 refuses to go on without one.`);
  return canGet(survey, 'swtpm');
}

const noTpm =
  'The virtual machine cannot have a TPM: the rescue system lacks `swtpm` and has no package manager that XEPA knows.';

/** By the name it goes by: what is on the ISO is known only after the packages were added. */
function isWindows11({ iso, vm }: Pick<InstallRequest, 'iso' | 'vm'>): boolean {
  if (!iso || vm?.guest === 'linux') return false;
  const file = iso.url.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
  return [iso.name ?? '', file].some((name) => /\bwin(dows)?[ _.-]?11(?![0-9])/i.test(name));
}

function warningsOf(vm: VmPlan, survey: Survey): string[] {
  return [
    ...(vm.tpm
      ? [
          'The virtual TPM ends with the VM, and the server has another one or none. A disk that BitLocker locks with it asks for its recovery key on the metal: keep BitLocker and device encryption off until then.',
        ]
      : []),
    ...(vm.rom
      ? ['Option ROMs run in the firmware of the VM, as was asked for. If its screen stays black, ask without.']
      : []),
    ...secureBootWarning(vm, survey),
    ...serialWarning(vm),
  ];
}

function secureBootWarning(vm: VmPlan, survey: Survey): string[] {
  if (!survey.secureBoot) return [];
  return vm.secureBoot
    ? [
        "Secure Boot is on. The VM has it too where the rescue system's OVMF comes with Microsoft's keys, else it is off there; the server boots only what is signed.",
      ]
    : ['Secure Boot is on at the server, and off in a VM with BIOS: the server boots only what is signed.'];
}

function serialWarning({ serialConsole }: VmPlan): string[] {
  if (serialConsole === null || serialConsole < 2) return [];
  return [
    `The server's serial console is ttyS${serialConsole}, which the VM does not have: what it says there is seen only on the metal.`,
  ];
}
