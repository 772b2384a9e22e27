import type { MachineFacts } from '../../core/contracts/machine-facts.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import type { Command } from '../../core/ssh/command.ts';
import { describedFirmware } from './firmware-descriptions.ts';
import { parseMachineFacts } from './machine-facts.ts';
import { chooseOvmf, type Ovmf, ovmfCandidates, parseOvmf } from './ovmf.ts';
import { scriptCommand } from './script-command.ts';
import { loadModulesScript } from './scripts/modules.ts';
import { firstLine, linesOf, parseSections, rowsOf } from './sections.ts';

/** What the rescue system can do once packages are added and modules are loaded. */
export interface Readiness {
  /** /dev/kvm can be opened. */
  kvm: boolean;
  /** The vfio-pci driver is there. */
  vfio: boolean;
  /** Path of QEMU, null if it is missing. */
  qemu: string | null;
  ovmf: Ovmf | null;
  machine: MachineFacts;
}

const kvmModules = { svm: 'kvm-amd', vmx: 'kvm-intel', none: '' } as const;

/**
 * Loads KVM and VFIO, and looks again for what `addPackages` was to bring. Changes nothing that a reboot does not undo.
 * @param survey its firmware is the one that the VM is to have: no files are looked for where that is none
 * @param wanted `secureBoot`: firmware with it is preferred, where it is there; `version`: that of QEMU, which has to be started for it
 */
export function loadModules(
  survey: Pick<Survey, 'virtualization' | 'firmware'>,
  wanted: { secureBoot: boolean; version: boolean } = { secureBoot: false, version: false },
): Command<Readiness> {
  return scriptCommand({
    script: loadModulesScript,
    args: [
      ...[kvmModules[survey.virtualization], wanted.version ? 'version' : ''],
      ...(survey.firmware === 'uefi' ? ovmfCandidates.flat() : []),
    ],
    timeoutMs: 60_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      return {
        kvm: firstLine(sections, 'kvm') === 'yes',
        vfio: firstLine(sections, 'vfio') === 'yes',
        qemu: firstLine(sections, 'qemu') || null,
        ovmf: chooseOvmf(
          describedFirmware(rowsOf(sections, 'firmware-descriptions'), linesOf(sections, 'firmware-files')),
          parseOvmf(rowsOf(sections, 'ovmf')),
          wanted,
        ),
        machine: parseMachineFacts(sections),
      };
    },
  });
}
