import type { MachineFacts } from '../../core/contracts/machine-facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';

/** Its name among QEMU's objects. */
export const hugeMemory = 'ram';

/** True where all of the VM's memory fits into huge pages that are there and free: nothing is reserved for it. */
export function takesHugePages({ memoryMb }: Pick<Plan, 'memoryMb'>, machine: MachineFacts | undefined): boolean {
  return machine !== undefined && memoryMb > 0 && memoryMb % 2 === 0 && machine.freeHugePagesMb >= memoryMb;
}

/**
 * VFIO pins the guest's memory; with it QEMU's own stays in memory too, so that no write of the installer waits for the
 * rescue system to find some.
 */
export function memoryArgv(plan: Plan, machine: MachineFacts | undefined): string[] {
  const huge = `memory-backend-memfd,id=${hugeMemory},size=${plan.memoryMb}M,hugetlb=on,hugetlbsize=2M,prealloc=on`;
  return [
    ...['-m', `${plan.memoryMb}M`],
    ...(takesHugePages(plan, machine) ? ['-object', huge] : []),
    ...(plan.passed.length > 0 ? ['-overcommit', 'mem-lock=on'] : []),
  ];
}
