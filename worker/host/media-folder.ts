import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';

/** Argument: folder. Not one that somebody else made, or that leads elsewhere. */
const script = `
umask 077
mkdir -p "$1" && [ ! -L "$1" ] && [ -O "$1" ] && chmod 700 "$1"
`;

/** Makes the folder for ISOs, so that one may be put there while the VM runs. Repeatable. */
export function makeMediaFolder(folder: string): Command<undefined> {
  return scriptCommand({ script, args: [folder], timeoutMs: 20_000, parse: ignoreOutput });
}
