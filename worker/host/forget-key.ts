import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { forgetKeyScript } from './scripts/forget-key.ts';

/** Takes a key out of what the rescue system lets in. The connection that asks for it stays; a new one is refused. Repeatable. */
export function forgetKey(publicKey: string): Command<undefined> {
  const [, body = ''] = publicKey.split(' ');
  return scriptCommand({ script: forgetKeyScript, args: [body], timeoutMs: 20_000, parse: ignoreOutput });
}
