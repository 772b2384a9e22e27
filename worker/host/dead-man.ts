import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { armScript, disarmScript, feedScript } from './scripts/dead-man.ts';
import { linesOf, parseSections } from './sections.ts';
import { type DriverOf, driverPairs } from './vfio.ts';

/** `armed`: the timer runs. `fired`: it has ended the VM and given the hardware back by itself. */
export interface DeadManState {
  armed: boolean;
  fired: boolean;
}

export interface DeadManOptions {
  /** Folder of the install on the server; the timer ends when it is removed. */
  dir: string;
  /** Without a sign of life for so long, the timer acts. */
  seconds: number;
  /** Drivers to give the hardware back to. */
  previous: readonly DriverOf[];
}

/** Starts the timer on the server if none runs in this folder, and feeds it. It outlives the SSH connection. */
export function armDeadMan(options: DeadManOptions): Command<DeadManState> {
  return deadManCommand(armScript, [options.dir, String(options.seconds), ...driverPairs(options.previous)]);
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
    parse: (output) => {
      const words = linesOf(parseSections(output.stdout), 'dead-man');
      return { armed: words.includes('armed'), fired: words.includes('fired') };
    },
  });
}
