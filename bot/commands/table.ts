import type { Asker, BotDeps } from '../deps.ts';
import { helpOf } from '../views/help.ts';
import { cancelCommand } from './cancel.ts';
import { consoleCommand, consoleRevokeCommand } from './console.ts';
import { helpCommand } from './help.ts';
import { installCommand } from './install.ts';
import { listCommand } from './list.ts';
import { parseCommand } from './parse.ts';
import type { Command } from './spec.ts';
import { statusCommand } from './status.ts';

const explained: readonly Command[] = [
  installCommand,
  statusCommand,
  listCommand,
  consoleCommand,
  consoleRevokeCommand,
  cancelCommand,
];

/** Every command of `/xepa`, in the order in which help shows them. A new one is a file and a line. */
export const commands: readonly Command[] = [...explained, helpCommand(explained)];

/** Parses and runs what was typed after `/xepa`. @throws XepaError for the person's eyes */
export async function runCommand(deps: BotDeps, asker: Asker, text: string): Promise<void> {
  const parsed = parseCommand(
    text,
    commands.map((command) => command.spec),
  );
  for (const command of commands) {
    if (command.spec.verb !== parsed.verb) continue;
    return parsed.help ? asker.tell(helpOf(command.spec)) : command.run(deps, asker, parsed);
  }
}
