import type { LifelinePlan, PathAddress } from '../../core/contracts/lifeline.ts';
import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { addPathScript, dropPathScript, returnPathScript, usePathScript } from './scripts/second-path.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';

type Ports = Pick<LifelinePlan, 'given' | 'carries'>;

/**
 * Gives the second port its address, with a route of its own for what is sent from there; the first path stays as it is.
 * All four commands may be repeated, and their parsers throw XepaError `device-unfit` where it is not so afterwards.
 */
export function addPath({ carries }: Ports, { address, prefix, gateway }: PathAddress): Command<void> {
  return pathCommand(addPathScript, [carries, address, String(prefix), gateway], 'take the second address');
}

/** Sends everything by the second path and empties the first port. To be run over the second path, which is proven by that. */
export function usePath({ carries, given }: Ports, { gateway }: PathAddress): Command<void> {
  return pathCommand(usePathScript, [carries, gateway, given], 'leave by the second path');
}

/** Puts address and route of the first port back, where a driver has it again. To be run over the second path. */
export function returnPath({ given, before }: LifelinePlan): Command<void> {
  return pathCommand(returnPathScript, [given, before.gateway ?? '', ...before.addresses], 'go back to its first path');
}

/** Takes the second address away. To be run over the first path. */
export function dropPath({ carries }: Ports, { address, prefix }: PathAddress): Command<void> {
  return pathCommand(dropPathScript, [carries, address, String(prefix)], 'forget the second path');
}

function pathCommand(script: string, args: readonly string[], what: string): Command<void> {
  return scriptCommand({
    script,
    args,
    timeoutMs: 20_000,
    parse: ({ stdout }) => {
      const sections = parseSections(stdout);
      if (firstLine(sections, 'done') === 'yes') return;
      const said = linesOf(sections, 'said').join('; ') || 'it gave no reason';
      throw new XepaError('device-unfit', {
        message: `the rescue system did not ${what}: ${said}`,
        userMessage: `The rescue system did not ${what}: ${said}.`,
        retry: 'backoff',
      });
    },
  });
}
