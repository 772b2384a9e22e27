import type { Command } from '../../core/ssh/command.ts';
import type { QemuOptions } from './qemu.ts';
import { cpuValue, hypervLadder } from './qemu-processor.ts';
import { scriptCommand } from './script-command.ts';
import { firstProcessorScript } from './scripts/hyperv.ts';
import { firstLine, parseSections } from './sections.ts';

/**
 * The most of Hyper-V's help that this QEMU and this kernel have, as part of a value of `-cpu`; empty where they have none.
 * QEMU itself is asked, since neither its version nor the kernel's tells.
 */
export function usableHyperv({ extraMachine, cpuOptions }: QemuOptions): Command<string> {
  const values = hypervLadder.map((hyperv) => cpuValue({ kvm: true, hyperv, more: cpuOptions }));
  return scriptCommand({
    script: firstProcessorScript,
    args: [extraMachine ? `q35,${extraMachine}` : 'q35', ...values],
    timeoutMs: 90_000,
    parse: (output) => {
      const number = firstLine(parseSections(output.stdout), 'processor');
      return number === '' ? '' : (hypervLadder[Number(number)] ?? '');
    },
  });
}
