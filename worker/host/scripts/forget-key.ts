/**
 * Argument: the key in base64, without its type and its comment, which a provider may have changed. Its lines are taken out
 * of the files that sshd reads; the files stay, with the same owner and mode.
 */
export const forgetKeyScript = `set -eu
umask 077
[ -n "$1" ] || exit 1
for file in "$HOME/.ssh/authorized_keys" "$HOME/.ssh/authorized_keys2" /etc/dropbear/authorized_keys; do
  [ -f "$file" ] || continue
  grep -qF -- "$1" "$file" || continue
  grep -vF -- "$1" "$file" > "$file.xepa" || :
  cat "$file.xepa" > "$file"
  rm -f "$file.xepa"
done
`;
