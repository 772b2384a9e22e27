import { Survey } from '../../core/contracts/survey.ts';
import type { Command } from '../../core/ssh/command.ts';
import { ovmfCandidates, parseOvmf } from './ovmf.ts';
import { parsePci } from './pci.ts';
import { scriptCommand } from './script-command.ts';
import { surveyScript } from './scripts/survey.ts';
import { parseSections, rowsOf } from './sections.ts';
import { parseStorage } from './survey-disks.ts';
import { parseMachine } from './survey-machine.ts';
import { parseNics } from './survey-nics.ts';
import { parseRescue } from './survey-rescue.ts';
import { parseNameservers, parseRoutes } from './survey-routes.ts';

/** Programs whose presence matters to the plan, to `addPackages` or to later steps. */
export const wantedTools: readonly string[] = [
  'qemu-system-x86_64',
  'qemu-img',
  'curl',
  'nbdkit',
  'sha256sum',
  'socat',
  'swtpm',
  'ethtool',
  'efibootmgr',
  'blkid',
  'lsblk',
  'blockdev',
  'mdadm',
  'dmsetup',
  'kexec',
  'apk',
  'apt-get',
  'dnf',
  'yum',
  'zypper',
  'pacman',
];

/**
 * Everything that one read-only round trip tells about a server in rescue.
 * @param patienceMs how long it may wait for drivers that are still being loaded
 */
export function survey(patienceMs = 0): Command<Survey> {
  return scriptCommand({
    script: surveyScript,
    args: [`${Math.round(patienceMs / 200)}`, ...wantedTools, '--', ...ovmfCandidates.flat()],
    timeoutMs: 60_000,
    parse: (output) => parseSurvey(output.stdout),
  });
}

/**
 * Reads what the survey script printed.
 * @throws XepaError host-command-failed when the output was cut short
 */
export function parseSurvey(stdout: string): Survey {
  const sections = parseSections(stdout);
  const machine = parseMachine(sections);
  const pci = parsePci(rowsOf(sections, 'pci'));
  return Survey.parse({
    ...machine,
    ...parseRescue(sections),
    pci,
    nics: parseNics(sections, pci),
    routes: parseRoutes(sections),
    nameservers: parseNameservers(sections),
    ...parseStorage(sections, machine.bootMenu?.entries ?? []),
    ovmf: parseOvmf(rowsOf(sections, 'ovmf')),
  });
}
