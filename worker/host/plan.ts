import type { Plan } from '../../core/contracts/plan.ts';
import { planDigest } from './plan-digest.ts';
import { chooseTarget, erasedDisks } from './plan-disk.ts';
import { checkMachine, cpusFor, memoryFor } from './plan-machine.ts';
import { chooseNic } from './plan-nic.ts';
import { passedDevices } from './plan-passed.ts';
import type { Findings, PlanInput } from './plan-types.ts';

/** A plan with its warnings, or every reason why there is none, in sentences for people. */
export type PlanResult = { plan: Plan } | { refusals: string[]; warnings: string[] };

/** Decides which hardware goes into the VM and how. Looks at everything before it refuses, so that a person hears all reasons at once. */
export function planInstall(input: PlanInput): PlanResult {
  const { survey, request } = input;
  const findings: Findings = { refusals: [], warnings: [] };
  checkMachine(survey, findings);
  const target = chooseTarget(survey, request.disk, findings);
  const nic = chooseNic(survey, target, findings);
  const memoryMb = memoryFor(input, findings);
  if (!target || findings.refusals.length > 0) return findings;
  const erases = erasedDisks(survey, target);
  return {
    plan: {
      firmware: survey.firmware,
      accel: survey.virtualization === 'none' ? 'tcg' : 'kvm',
      memoryMb,
      cpus: cpusFor(input),
      passed: passedDevices(survey, target, nic),
      nic,
      erases,
      warnings: findings.warnings,
      digest: planDigest({ smbios: survey.smbios, erases, iso: request.iso }),
    },
  };
}
