import { type Command, ignoreOutput } from '../../../core/ssh/command.ts';
import type { InstallKey } from '../types.ts';

const COMMAND_MS = 30_000;

const addKeyScript = `set -eu
umask 077
file=$HOME/.ssh/authorized_keys
mkdir -p "$HOME/.ssh"
touch "$file"
if [ -n "$(tail -c 1 "$file")" ]; then echo >> "$file"; fi
grep -qF -- "$1" "$file" || printf '%s\\n' "$1" >> "$file"
`;

/** Lets the key in, once. Its comment is its label, so that it can be found again. */
export function addKeyCommand(key: InstallKey): Command<undefined> {
  const [type, body] = key.publicKey.split(' ');
  const line = `${type} ${body} ${key.label}`;
  return { argv: ['sh', '-s', '--', line], stdin: addKeyScript, timeoutMs: COMMAND_MS, parse: ignoreOutput };
}

/** Line by line and by the whole comment: a longer label that begins the same is another key. */
const removeKeyScript = `set -eu
umask 077
file=$HOME/.ssh/authorized_keys
[ -f "$file" ] || exit 0
while IFS= read -r line || [ -n "$line" ]; do
  case $line in *" $1") ;; *) printf '%s\\n' "$line" ;; esac
done < "$file" > "$file.xepa"
cat "$file.xepa" > "$file"
rm -f "$file.xepa"
`;

/** Takes every key of this label out again. */
export function removeKeyCommand(label: string): Command<undefined> {
  return { argv: ['sh', '-s', '--', label], stdin: removeKeyScript, timeoutMs: COMMAND_MS, parse: ignoreOutput };
}
