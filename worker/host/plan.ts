import type { Plan } from '../../core/contracts/plan.ts';
import { placeDisk } from './ladder-disk.ts';
import { placeNic } from './ladder-nic.ts';
import { planDigest } from './plan-digest.ts';
import { chooseTarget } from './plan-disk.ts';
import { checkMachine, cpusFor, memoryFor } from './plan-machine.ts';
import { passedDevices } from './plan-passed.ts';
import type { Findings, PlanInput } from './plan-types.ts';
import { plannedWrites } from './plan-writes.ts';

/** A plan with its warnings, or every reason why there is none, in sentences for people. */
export type PlanResult = { plan: Plan } | { refusals: string[]; warnings: string[] };

/** Decides which hardware goes into the VM and how. Looks at everything before it refuses, so that a person hears all reasons at once. */
export function planInstall(input: PlanInput): PlanResult {
  const { survey, request } = input;
  const findings: Findings = { refusals: [], warnings: [] };
  checkMachine(survey, findings);
  const target = chooseTarget(survey, request.disk, findings);
  const disk = target && placeDisk(survey, target, { asked: request.rungs?.disk, findings });
  const diskGroup = disk?.group ?? null;
  const { nic, placement } = placeNic(survey, { diskGroup, asked: request.rungs?.nic, findings });
  const memoryMb = memoryFor(input, findings);
  if (!disk || findings.refusals.length > 0) return findings;
  const ladder = [disk.placement, placement];
  return {
    plan: {
      firmware: survey.firmware,
      accel: survey.virtualization === 'none' ? 'tcg' : 'kvm',
      memoryMb,
      cpus: cpusFor(input),
      passed: passedDevices(survey, disk, nic),
      nic,
      block: disk.block,
      ladder,
      erases: disk.erases,
      warnings: findings.warnings,
      writes: plannedWrites(survey.firmware, request.fix),
      digest: planDigest({ smbios: survey.smbios, erases: disk.erases, ladder, iso: request.iso }),
    },
  };
}
