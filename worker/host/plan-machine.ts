import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { packageManagers } from './package-managers.ts';
import { packagesMb } from './package-size.ts';
import { hasPackageManager, missingNeeds } from './packages.ts';
import { isPort } from './pci.ts';
import type { Findings, PlanInput } from './plan-types.ts';
import { mebibytes } from './words.ts';

const defaultMemoryMb = 8192;
const defaultCpus = 8;
const leastMemoryMb = 384;
const reserveMb = 1024;
/** What the VM is: an installer for it would write a system that another processor never starts. */
const ours = 'x86_64';

/**
 * Says what the server lacks to run a VM at all.
 * @param firmware what the VM is to have
 */
export function checkMachine(survey: Survey, firmware: Plan['firmware'], findings: Findings): void {
  const { architecture } = survey;
  if (architecture !== '' && architecture !== ours) {
    findings.refusals.push(
      `The rescue system is one for ${architecture}, and XEPA installs from one for ${ours} alone. Take a server with an x86 processor, and its 64-bit rescue system.`,
    );
  }
  if (!survey.nics.some((nic) => nic.lifeline && isPort(nic))) {
    findings.refusals.push(
      'No network port could be recognised as the one that carries our connection, so none is given away.',
    );
  }
  if (survey.virtualization === 'none') {
    findings.warnings.push(
      'The processor offers no virtualization (or it is off in the firmware): the installer runs in emulation, many times slower.',
    );
  }
  const missing = missingNeeds({ ...survey, firmware });
  if (missing.length > 0 && !hasPackageManager(survey)) {
    findings.refusals.push(
      `The rescue system lacks ${missing.join(', ')} and has no package manager that XEPA knows (${packageManagers.map(({ tool }) => tool).join(', ')}).`,
    );
  }
}

/** Processors for the VM: one is left to the rescue system where there is more than one. */
export function cpusFor(input: PlanInput): number {
  return Math.max(1, Math.min(input.limits?.cpus ?? defaultCpus, input.survey.cpus - 1));
}

/**
 * Memory for the VM in MiB. VFIO pins all of it, and the rescue system with the ISO lives in memory too, so at least 1 GiB or a
 * quarter of what is available stays free.
 */
export function memoryFor(input: PlanInput, findings: Findings): Plan['memoryMb'] {
  const available = mebibytes(input.survey.memoryAvailableBytes);
  const reserve = Math.max(reserveMb, Math.floor(available / 4));
  const iso = Math.ceil((input.isoBytes ?? 0) / (1024 * 1024));
  const added = missingNeeds(input.survey).includes('qemu') ? packagesMb : 0;
  const spare = available - reserve - iso - added;
  if (spare < leastMemoryMb) {
    findings.refusals.push(
      `Too little memory: ${available} MB are available, ${reserve + added} MB stay with the rescue system and ${iso} MB go to the ISO; the installer needs at least ${leastMemoryMb} MB.`,
    );
  }
  const limit = Math.max(leastMemoryMb, input.limits?.memoryMb ?? defaultMemoryMb);
  return Math.max(0, Math.floor(Math.min(limit, spare) / 2) * 2);
}
