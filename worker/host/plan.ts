import { consoleWords } from './console-words.ts';
import { placeDisk } from './ladder-disk.ts';
import { placeNic } from './ladder-nic.ts';
import { checkConsole, consolePlan, scratchMbFor } from './plan-console.ts';
import { planDigest } from './plan-digest.ts';
import { chooseTarget } from './plan-disk.ts';
import { planWithMove } from './plan-lifeline.ts';
import { checkMachine, cpusFor, memoryFor } from './plan-machine.ts';
import { passedDevices } from './plan-passed.ts';
import type { Findings, PlanInput, PlanResult } from './plan-types.ts';
import { firmwareFor, vmFor } from './plan-vm.ts';
import { plannedWrites } from './plan-writes.ts';

const MIB = 1024 * 1024;

/** Decides which hardware goes into the VM and how. Looks at everything before it refuses, so that a person hears all reasons at once. */
export function planInstall(input: PlanInput): PlanResult {
  return input.ports ? planWithMove(input, input.ports, planHere) : planHere(input);
}

function planHere(input: PlanInput): PlanResult {
  if (input.request.purpose !== 'console') return planVm(input, 0);
  const scratchMb = scratchMbFor(input);
  const planned = planVm(input, scratchMb);
  if ('plan' in planned) return { plan: consolePlan(planned.plan, scratchMb) };
  return { refusals: planned.refusals.map(consoleWords), warnings: planned.warnings.map(consoleWords) };
}

/** @param scratchMb memory that something else than the VM needs */
function planVm(input: PlanInput, scratchMb: number): PlanResult {
  const { survey, request, kexec } = input;
  const { iso, snapshot } = request;
  const findings: Findings = { refusals: [], warnings: [] };
  const firmware = firmwareFor(input, findings);
  checkMachine(survey, firmware, findings);
  const target = chooseTarget(survey, request.disk, findings);
  const disk = target && placeDisk(survey, target, { asked: request.rungs?.disk, findings, kexec });
  const diskGroup = disk?.group ?? null;
  const nicWish = { diskGroup, asked: request.rungs?.nic, give: input.give, findings, kexec };
  const { nic, placement } = placeNic(survey, nicWish);
  const memoryMb = memoryFor({ ...input, isoBytes: (input.isoBytes ?? 0) + scratchMb * MIB }, findings);
  const vm = vmFor(input, { firmware, memoryMb, nic }, findings);
  if (request.purpose === 'console') checkConsole(input, disk, findings);
  if (!disk || findings.refusals.length > 0) return findings;
  const ladder = [disk.placement, placement];
  return {
    plan: {
      firmware,
      accel: survey.virtualization === 'none' ? 'tcg' : 'kvm',
      memoryMb,
      cpus: cpusFor(input),
      passed: passedDevices(survey, disk, nic),
      nic,
      block: disk.block,
      ladder,
      vm,
      erases: disk.erases,
      ...(disk.stops.length > 0 ? { stops: disk.stops } : {}),
      warnings: findings.warnings,
      writes: request.purpose === 'console' ? [] : plannedWrites(firmware, request.fix),
      digest: planDigest({ smbios: survey.smbios, erases: disk.erases, ladder, iso, snapshot }),
    },
  };
}
