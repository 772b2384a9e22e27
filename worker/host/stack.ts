import type { Stop } from '../../core/contracts/disk-stack.ts';
import { XepaError } from '../../core/errors.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { stopStackScript, unguardScript } from './scripts/stack.ts';
import { linesOf, parseSections, rowsOf, type Sections } from './sections.ts';
import { stopNames } from './stack-words.ts';

export interface StackStop {
  installId: string;
  /** Kernel names of the disks that leave the rescue system. */
  leaving: readonly string[];
  /** What is stopped, the top first; less than was planned where some of it was stopped before. */
  stops: readonly Stop[];
  /** Of all that was planned: what stands on these disks is not put together again either. */
  others: readonly string[];
  /** What may stay built on them: sets of the firmware, which go with their controllers. */
  mayStay: readonly string[];
}

/**
 * Stops what the rescue system has built on disks, and has udev leave it so until `unguard`. Repeatable, also after half of it.
 * @throws XepaError device-unfit by the parser, while anything has it open, and where something is still built on the disks then
 */
export function stopStack({ installId, leaving, stops, others, mayStay }: StackStop): Command<undefined> {
  return scriptCommand({
    script: stopStackScript,
    args: [ruleOf(installId), ...leaving, '--', ...others, '--', ...stops.map(({ name }) => name)],
    timeoutMs: 30_000 + 15_000 * stops.length,
    parse: ({ stdout }) => requireFree(parseSections(stdout), { stops, mayStay }),
  });
}

/** Lets udev do again what it does. Repeatable; does nothing where it was never kept from it. */
export function unguard(installId: string): Command<undefined> {
  return scriptCommand({ script: unguardScript, args: [ruleOf(installId)], timeoutMs: 30_000, parse: ignoreOutput });
}

function ruleOf(installId: string): string {
  return `xepa-${installId}`;
}

function requireFree(sections: Sections, { stops, mayStay }: Pick<StackStop, 'stops' | 'mayStay'>): undefined {
  const known = (node: string) => {
    const stop = stops.find(({ name, label }) => name === node || label === node);
    return stop ? stopNames([stop]) : node;
  };
  const open = rowsOf(sections, 'open').map(([node = '', name = '', pid = '']) => `${known(node)} by ${name} (${pid})`);
  if (open.length > 0) throw notFree('is in use', `A process has it open: ${open.join(', ')}. Nothing was stopped.`);
  const [failed] = rowsOf(sections, 'failed');
  if (failed) {
    const [name = '', said = ''] = failed;
    throw notFree('does not stop', `${known(name)} did not stop (${said.trim() || 'no reason was given'}).`);
  }
  const left = linesOf(sections, 'left').filter((name) => !mayStay.includes(name));
  if (left.length > 0) throw notFree('is still there', `Still there: ${[...new Set(left)].join(', ')}.`);
  return undefined;
}

function notFree(what: string, why: string): XepaError {
  return new XepaError('device-unfit', {
    message: `what is built on the disk ${what}: ${why}`,
    userMessage: `What the rescue system has built on the disk could not be stopped. ${why} No hardware was handed over, and nothing was written by an installer.`,
    retry: 'backoff',
  });
}
