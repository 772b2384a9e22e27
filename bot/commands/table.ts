import type { Asker, BotDeps } from '../deps.ts';
import { mustBeMember } from '../judging.ts';
import { helpOf } from '../views/help.ts';
import { auditCommand } from './audit.ts';
import { breakGlassCommand, reviewCommand } from './break-glass.ts';
import { cancelCommand } from './cancel.ts';
import { consoleCommand, consoleRevokeCommand } from './console.ts';
import { approveCommand, denyCommand } from './decide.ts';
import { doctorCommand } from './doctor.ts';
import { helpCommand } from './help.ts';
import { installCommand, planCommand } from './install.ts';
import { linkCommand } from './link.ts';
import { listCommand } from './list.ts';
import { logsCommand } from './logs.ts';
import { parseCommand } from './parse.ts';
import { policyTestCommand } from './policy.ts';
import { recordingsCommand } from './recordings.ts';
import { releaseCommand } from './release.ts';
import { retryCommand } from './retry.ts';
import { shelfCommands } from './shelf.ts';
import { shotCommand } from './shot.ts';
import type { Command } from './spec.ts';
import { statusCommand } from './status.ts';
import { whoamiCommand } from './whoami.ts';

const explained: readonly Command[] = [
  installCommand,
  planCommand,
  statusCommand,
  listCommand,
  consoleCommand,
  consoleRevokeCommand,
  recordingsCommand,
  shotCommand,
  logsCommand,
  approveCommand,
  denyCommand,
  breakGlassCommand,
  reviewCommand,
  releaseCommand,
  cancelCommand,
  retryCommand,
  policyTestCommand,
  ...shelfCommands,
  auditCommand,
  doctorCommand,
  whoamiCommand,
  linkCommand,
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
    if (parsed.help) return asker.tell(helpOf(command.spec));
    if (!command.forOutsiders) await mustBeMember(deps, asker, command.spec.action);
    return command.run(deps, asker, parsed);
  }
}
