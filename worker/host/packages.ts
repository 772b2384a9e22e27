import type { Survey } from '../../core/contracts/survey.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { type Need, type PackageManager, packageManagerOf } from './package-managers.ts';
import { parseRoom, parseSize, type Room, type Size } from './package-size.ts';
import { scriptCommand } from './script-command.ts';
import { packagesStateScript, removePackagesScript, startPackagesScript } from './scripts/packages.ts';
import { firstLine, linesOf, parseSections, type Sections } from './sections.ts';

/** What was found, with the firmware that the VM is to have. `virtualTpm`: it is to have one. */
type Surveyed = Pick<Survey, 'tools' | 'ovmf' | 'firmware'> & {
  os?: Pick<Survey['os'], 'id'>;
  virtualTpm?: boolean;
};
type WithManager = Parameters<typeof packageManagerOf>[0];

/** Where the work on packages stands; it goes on by itself on the server. */
export interface PackagesState {
  /** Null where nothing was begun. `look` finds out what there is, `add` installs. */
  action: 'look' | 'add' | null;
  running: boolean;
  /** Exit code of what has ended; null where it was cut. 3: no lists could be read, 4: the lists lack something. */
  exit: number | null;
  phase: string;
  /** Who holds the package manager's lock, as the phase `lock` waits for. */
  holder: string;
  /** Names under which the repositories have what is missing, and needs that they lack. */
  found: string[];
  unknown: string[];
  size: Size | null;
  room: Room;
  /** The end of what the package manager said. */
  log: string;
}

/** A script starts or looks; the package manager works by itself. */
const LOOK_MS = 30_000;
/** Removing waits for locks, and for a job that is being ended. */
const REMOVE_MS = 600_000;

/** True if the rescue system can install what it lacks. */
export function hasPackageManager(survey: WithManager): boolean {
  return packageManagerOf(survey) !== undefined;
}

/** What is missing on the server, in words: `qemu`, `ovmf` (only for UEFI), `curl`, `swtpm` (only for a TPM). */
export function missingNeeds(survey: Surveyed): Need[] {
  const missing: Need[] = [];
  if (!survey.tools.includes('qemu-system-x86_64')) missing.push('qemu');
  if (survey.firmware === 'uefi' && survey.ovmf === null) missing.push('ovmf');
  if (!survey.tools.includes('curl')) missing.push('curl');
  if (survey.virtualTpm && !survey.tools.includes('swtpm')) missing.push('swtpm');
  return missing;
}

/** True where a tool is there, or can be added. */
export function canGet(survey: WithManager, tool: string): boolean {
  return survey.tools.includes(tool) || hasPackageManager(survey);
}

/**
 * Has the server find out which packages bring what is missing, and how large they are. Changes nothing but lists.
 * @param options.only in place of what an install cannot do without
 * @param options.optional what is added where the repositories have it, and done without where they do not
 * @returns null where nothing is missing, or nothing can be done
 */
export function lookForPackages(
  survey: Surveyed,
  options: {
    dir: string;
    mirrors: Readonly<Partial<Record<string, string>>>;
    optional?: readonly Need[];
    only?: readonly Need[];
  },
): Command<PackagesState> | null {
  const manager = packageManagerOf(survey);
  const wanted = [
    ...(options.only ?? missingNeeds(survey)).map((need) => wordFor(manager, need, '')),
    ...(options.optional ?? []).map((need) => wordFor(manager, need, '?')),
  ].filter((word) => word !== null);
  if (!manager || wanted.length === 0) return null;
  const mirror = options.mirrors[survey.os?.id ?? ''] ?? '';
  return startCommand(manager, [options.dir, 'look', mirror, ...wanted]);
}

/** Starts to install packages by name, as `look` has found them. */
export function addPackages(
  survey: WithManager,
  options: { dir: string; names: readonly string[] },
): Command<PackagesState> {
  const manager = packageManagerOf(survey);
  if (!manager) throw new Error('there is no package manager');
  return startCommand(manager, [options.dir, 'add', '', ...options.names]);
}

/** How far it is. */
export function packagesState(dir: string): Command<PackagesState> {
  return scriptCommand({ script: packagesStateScript, args: [dir], timeoutMs: LOOK_MS, parse: parseState });
}

/** Forgets how it ended, so that it can be begun anew; what was there before anything was added is kept. */
export function forgetPackagesRun(dir: string): Command<undefined> {
  return { argv: ['rm', '-f', '--', `${dir}/action`, `${dir}/exit`], timeoutMs: LOOK_MS, parse: ignoreOutput };
}

/**
 * Ends what still runs and removes what was added, and nothing else. Works after half of it, and twice.
 * @param added names that were to be added
 * @returns null where nothing can have been
 */
export function removePackages(
  survey: Surveyed,
  { dir, added }: { dir: string; added: readonly string[] },
): Command<undefined> | null {
  const manager = packageManagerOf(survey);
  const nothing = added.length === 0 && missingNeeds(survey).length === 0;
  if (!manager || nothing) return null;
  return scriptCommand({
    script: removePackagesScript(manager.functions),
    args: [dir, ...added],
    timeoutMs: REMOVE_MS,
    parse: ignoreOutput,
  });
}

function startCommand(manager: PackageManager, args: readonly string[]): Command<PackagesState> {
  return scriptCommand({
    script: startPackagesScript(manager.functions),
    args,
    timeoutMs: LOOK_MS,
    parse: parseState,
  });
}

/** `qemu=NAME|NAME`; null where the distribution packs it with something else. */
function wordFor(manager: PackageManager | undefined, need: Need, mark: '' | '?'): string | null {
  const names = manager?.names[need] ?? [];
  return names.length === 0 ? null : `${need}${mark}=${names.join('|')}`;
}

function parseState(output: { stdout: string }): PackagesState {
  const sections = parseSections(output.stdout);
  const action = firstLine(sections, 'action');
  const simulation = linesOf(sections, 'simulation').join('\n');
  return {
    action: action === 'look' || action === 'add' ? action : null,
    running: firstLine(sections, 'running') === 'yes',
    exit: numberIn(sections, 'exit'),
    phase: firstLine(sections, 'phase'),
    holder: firstLine(sections, 'holder'),
    found: [...linesOf(sections, 'found')],
    unknown: [...linesOf(sections, 'unknown')],
    size: parseSize(simulation),
    room: parseRoom(linesOf(sections, 'space'), firstLine(sections, 'memory')),
    log: linesOf(sections, 'log').join('\n'),
  };
}

function numberIn(sections: Sections, name: string): number | null {
  const text = firstLine(sections, name);
  return text === '' ? null : Number(text);
}
