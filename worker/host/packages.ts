import type { Survey } from '../../core/contracts/survey.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { apkAddScript, aptAddScript, dnfAddScript } from './scripts/packages.ts';

type Surveyed = Pick<Survey, 'tools' | 'ovmf' | 'firmware'>;
type Need = 'qemu' | 'ovmf' | 'curl';

interface Manager {
  tool: string;
  script: string;
  names: Record<Need, string>;
  remove: readonly string[];
}

const managers: readonly Manager[] = [
  {
    tool: 'apk',
    script: apkAddScript,
    names: { qemu: 'qemu-system-x86_64', ovmf: 'ovmf', curl: 'curl' },
    remove: ['apk', 'del'],
  },
  {
    tool: 'apt-get',
    script: aptAddScript,
    names: { qemu: 'qemu-system-x86', ovmf: 'ovmf', curl: 'curl' },
    remove: ['apt-get', '-q', '-y', 'purge', '--auto-remove'],
  },
  {
    tool: 'dnf',
    script: dnfAddScript,
    names: { qemu: 'qemu-system-x86-core', ovmf: 'edk2-ovmf', curl: 'curl' },
    remove: ['dnf', '-q', '-y', 'remove'],
  },
];

/** Ten minutes: some mirrors are slow, and QEMU comes with dozens of libraries. */
const installMs = 600_000;

/** True if the rescue system can install what it lacks. */
export function hasPackageManager(survey: Pick<Survey, 'tools'>): boolean {
  return managerOf(survey) !== undefined;
}

/** What is missing on the server, in words: `qemu`, `ovmf` (only for UEFI), `curl`. */
export function missingNeeds(survey: Surveyed): Need[] {
  const missing: Need[] = [];
  if (!survey.tools.includes('qemu-system-x86_64')) missing.push('qemu');
  if (survey.firmware === 'uefi' && survey.ovmf === null) missing.push('ovmf');
  if (!survey.tools.includes('curl')) missing.push('curl');
  return missing;
}

/** Names of the packages that `addPackages` would install; empty where nothing is missing, or nothing can be done. */
export function packagesToAdd(survey: Surveyed): string[] {
  const manager = managerOf(survey);
  return manager ? missingNeeds(survey).map((need) => manager.names[need]) : [];
}

/** Installs only what is missing, by the rescue system's own package manager; null where nothing is, or nothing can be done. */
export function addPackages(survey: Surveyed): Command<{ added: string[] }> | null {
  const manager = managerOf(survey);
  const added = packagesToAdd(survey);
  if (!manager || added.length === 0) return null;
  return scriptCommand({
    script: manager.script,
    args: added,
    timeoutMs: installMs,
    parse: () => ({ added }),
  });
}

/** What is worth adding, where it can be had, by the name that all package managers have for it. */
export function helpfulPackages(survey: Pick<Survey, 'tools'>, wanted: { streaming: boolean }): string[] {
  return wanted.streaming && !survey.tools.includes('nbdkit') && managerOf(survey) ? ['nbdkit'] : [];
}

/** Installs these as `addPackages` does; null where that is not possible. */
export function addThese(survey: Pick<Survey, 'tools'>, names: readonly string[]): Command<undefined> | null {
  const manager = managerOf(survey);
  if (!manager || names.length === 0) return null;
  return scriptCommand({ script: manager.script, args: names, timeoutMs: installMs, parse: ignoreOutput });
}

/** Removes what `addPackages` added; null where nothing was. */
export function removePackages(survey: Pick<Survey, 'tools'>, added: readonly string[]): Command<undefined> | null {
  const manager = managerOf(survey);
  if (!manager || added.length === 0) return null;
  return { argv: [...manager.remove, ...added], timeoutMs: installMs, parse: ignoreOutput };
}

function managerOf(survey: Pick<Survey, 'tools'>): Manager | undefined {
  return managers.find((manager) => survey.tools.includes(manager.tool));
}
