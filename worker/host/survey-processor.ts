import type { Processor } from '../../core/contracts/hardware.ts';

/** Flags that decide what a virtual machine can have: nested paging, interrupts without exits, large pages, vectors, encryption. */
const telling = [
  ...['svm', 'vmx', 'ept', 'npt', 'vpid', 'ept_ad', 'unrestricted_guest', 'avic', 'x2avic', 'vnmi', 'posted_intr'],
  ...['hypervisor', 'x2apic', 'pdpe1gb', 'la57', 'aes', 'avx', 'avx2', 'avx512f', 'amx_tile'],
  ...['sev', 'sev_es', 'sev_snp', 'sgx', 'tdx_host_platform'],
];

/**
 * @param cpu values of /proc/cpuinfo by their names; newer kernels list what nests under `vmx flags`
 * @param nodes rows `node cpulist line` with the first line of the node's meminfo
 */
export function parseProcessor(cpu: ReadonlyMap<string, string>, nodes: readonly string[][]): Processor | null {
  if (!cpu.has('sockets')) return null;
  const flags = new Set(`${cpu.get('flags') ?? ''} ${cpu.get('vmx flags') ?? ''}`.split(' '));
  return {
    sockets: Math.max(1, Number(cpu.get('sockets')) || 1),
    cores: Number(cpu.get('cpu cores')) || 1,
    addressBits: Number(/(\d+) bits physical/.exec(cpu.get('address sizes') ?? '')?.[1] ?? 0),
    flags: telling.filter((flag) => flags.has(flag)),
    numa: nodes.map(([node = '', cpus = '', line = '']) => ({
      node: Number(node),
      cpus: cpus.trim(),
      memoryBytes: Number(/MemTotal:\s+(\d+) kB/.exec(line)?.[1] ?? 0) * 1024,
    })),
  };
}

/** Counts a kernel list of processors such as `0-3,8,10-11`; at least one. */
export function countCpus(list: string): number {
  const ranges = list.split(',').map((range) => range.trim().split('-').map(Number));
  const count = ranges.reduce((sum, [from = 0, to = from]) => sum + (to - from + 1), 0);
  return Number.isFinite(count) ? Math.max(1, count) : 1;
}
