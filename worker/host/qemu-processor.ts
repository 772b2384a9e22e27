import type { GuestKind } from '../../core/contracts/vm-wish.ts';

/**
 * What Windows finds under Hyper-V and is built for: without it, it loses time and its processors wait for each other
 * (QEMU docs/system/i386/hyperv). From all of them down to those that every kernel has; the first that starts is taken.
 */
export const hypervLadder: readonly string[] = [
  'hv-relaxed,hv-vapic,hv-spinlocks=0x1fff,hv-vpindex,hv-runtime,hv-synic,hv-time,hv-stimer,hv-tlbflush,hv-ipi,hv-frequencies,hv-reset',
  'hv-relaxed,hv-vapic,hv-spinlocks=0x1fff,hv-vpindex,hv-time',
  'hv-relaxed,hv-vapic,hv-spinlocks=0x1fff,hv-time',
];

export interface ProcessorOptions {
  kvm: boolean;
  /** Of `hypervLadder`; empty for other guests. */
  hyperv: string;
  /** For surroundings whose own virtualization is emulated. */
  more?: string | undefined;
}

/**
 * The server's own processor with all that it has, since nothing will ever be migrated; as many address bits as it has,
 * for devices with large memory windows.
 */
export function cpuValue({ kvm, hyperv, more }: ProcessorOptions): string {
  const real = ['host', 'migratable=off', 'host-phys-bits=on', ...(hyperv === '' ? [] : [hyperv])];
  return [...(kvm ? real : ['max']), ...(more ? [more] : [])].join(',');
}

/** One socket with cores: desktop licences of Windows take one or two sockets, however many processors there are. */
export function smpArgv(cpus: number): string[] {
  return ['-smp', `${cpus},sockets=1,cores=${cpus},threads=1`];
}

/** Windows takes the clock for local time, everybody else for UTC. */
export function clockArgv(guest: GuestKind): string[] {
  return ['-rtc', guest === 'windows' ? 'base=localtime' : 'base=utc'];
}
