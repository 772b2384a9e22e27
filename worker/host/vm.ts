import type { LicenceTable } from '../../core/contracts/machine-facts.ts';
import { XepaError } from '../../core/errors.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { type DeadManState, deadManFired, parseDeadMan } from './dead-man.ts';
import { outputTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import { killVmScript, launchScript, vmStateScript } from './scripts/vm.ts';
import { firstLine, linesOf, parseSections, type Sections } from './sections.ts';
import { startAdvice } from './start-advice.ts';
import { type GuestEvents, parseGuestEvents } from './vm-events.ts';

/** `logTail` is what QEMU said last. */
export interface VmState extends GuestEvents {
  pid: number | null;
  deadMan: DeadManState;
  logTail: string;
}

export interface LaunchOptions {
  /** The whole command line, from `qemuArgv`. */
  argv: readonly string[];
  dir: string;
  /** Template of the firmware variables; the install gets its own copy, once. Null for BIOS. */
  varsTemplate: string | null;
  /** ACPI tables of the server that the command line names. */
  acpiTables?: readonly LicenceTable[];
  /** The command line has a TPM, whose emulator is to be started before. */
  tpm?: boolean;
}

/**
 * Starts QEMU in the background; does nothing if the VM of this folder runs. Takes up to a minute, since all memory is pinned.
 * The parser throws XepaError `vm-failed` with QEMU's own words, or where the dead-man timer has acted.
 */
export function launchVm(options: LaunchOptions): Command<{ pid: number }> {
  return scriptCommand({
    script: launchScript,
    args: [
      ...[options.dir, options.varsTemplate ?? '', (options.acpiTables ?? []).join(' '), options.tpm ? 'tpm' : ''],
      ...options.argv,
    ],
    timeoutMs: 120_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const pid = pidOf(sections);
      if (parseDeadMan(sections).fired) throw deadManFired(logOf(sections));
      if (pid === null) throw notStarted(firstLine(sections, 'status'), logOf(sections));
      return { pid };
    },
  });
}

/** Whether the VM's process is there; with `feedDeadMan` it is also a sign of life for the timer. */
export function vmState(dir: string, options: { feedDeadMan?: boolean } = {}): Command<VmState> {
  return scriptCommand({
    script: vmStateScript,
    args: [dir, options.feedDeadMan ? 'feed' : 'look'],
    timeoutMs: 20_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      return {
        pid: pidOf(sections),
        ...parseGuestEvents(linesOf(sections, 'events'), Number(firstLine(sections, 'clock')) || 0),
        deadMan: parseDeadMan(sections),
        logTail: logOf(sections),
      };
    },
  });
}

/**
 * Ends the VM of this folder and no other process. A guest should be powered down before: this is the switch at the wall.
 * The parser throws XepaError `vm-failed` if the process does not go away.
 */
export function killVm(dir: string): Command<undefined> {
  return scriptCommand({
    script: killVmScript,
    args: [dir],
    timeoutMs: 60_000,
    parse: (output) => {
      const pid = pidOf(parseSections(output.stdout));
      if (pid === null) return undefined;
      throw new XepaError('vm-failed', {
        message: `QEMU (pid ${pid}) survived SIGKILL`,
        userMessage: 'The virtual machine cannot be ended. Reset the server at the provider.',
        retry: 'backoff',
      });
    },
  });
}

/** Removes the install's folder on the server with everything in it. */
export function removeDir(dir: string): Command<undefined> {
  return { argv: ['rm', '-rf', '--', dir], timeoutMs: 30_000, parse: ignoreOutput };
}

function pidOf(sections: Sections): number | null {
  const pid = firstLine(sections, 'pid');
  return pid === '' ? null : Number(pid);
}

/** QEMU repeats an option that it does not take: serial numbers are nobody's business but the guest's. */
function logOf(sections: Sections): string {
  return outputTail(linesOf(sections, 'log').join('\n')).replace(/\b(serial|uuid|asset|value)=[^,\n]*/g, '$1=…');
}

function notStarted(status: string, log: string): XepaError {
  const advice = startAdvice(log);
  return new XepaError('vm-failed', {
    message: `QEMU did not start (exit code ${status}): ${log}`,
    userMessage: `The virtual machine did not start: ${log || 'QEMU said nothing'}${advice && `. ${advice}`}`,
    retry: 'backoff',
  });
}
