import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { armScript, disarmScript, feedScript } from './scripts/dead-man.ts';
import { linesOf, parseSections, type Sections } from './sections.ts';
import { type DriverOf, driverPairs } from './vfio.ts';

/** `armed`: the timer runs. `fired`: it has begun to end the VM and to give the hardware back by itself. */
export interface DeadManState {
  armed: boolean;
  fired: boolean;
}

export interface DeadManOptions {
  /** Folder of the install on the server. */
  dir: string;
  /** Without a sign of life for so long, the timer acts. */
  seconds: number;
  /** Drivers to give the hardware back to. */
  previous: readonly DriverOf[];
  /** Restart the server where a device or the network does not come back. */
  reboot: boolean;
}

/** Starts the timer on the server if none runs in this folder, and feeds it. It outlives the SSH connection. */
export function armDeadMan(options: DeadManOptions): Command<DeadManState> {
  const { dir, seconds, reboot, previous } = options;
  return deadManCommand(armScript, [dir, String(seconds), reboot ? 'reboot' : 'stay', ...driverPairs(previous)]);
}

/** A sign of life. */
export function feedDeadMan(dir: string): Command<DeadManState> {
  return deadManCommand(feedScript, [dir]);
}

/** Ends the timer without anything being given back. */
export function disarmDeadMan(dir: string): Command<DeadManState> {
  return deadManCommand(disarmScript, [dir]);
}

function deadManCommand(script: string, args: readonly string[]): Command<DeadManState> {
  return scriptCommand({
    script,
    args,
    timeoutMs: 20_000,
    parse: (output) => parseDeadMan(parseSections(output.stdout)),
  });
}

/** From the section `dead-man` of any script that looks. */
export function parseDeadMan(sections: Sections): DeadManState {
  const words = linesOf(sections, 'dead-man');
  return { armed: words.includes('armed'), fired: words.includes('fired') };
}

/** What ends an install that comes back to a server whose timer has acted. */
export function deadManFired(said = ''): XepaError {
  const text =
    'No worker was heard from for too long, so the server took its hardware back by itself and stopped the VM.';
  return new XepaError('vm-failed', { message: `${text} ${said}`.trim(), userMessage: text });
}
