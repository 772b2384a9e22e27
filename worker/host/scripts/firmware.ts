/**
 * `print_firmware CODE VARS [CODE VARS…]` prints which of the pairs are there, QEMU's own descriptions of firmware (each on
 * one line behind its path), and which of the files that they name are there. A description of the same name in /etc comes first.
 */
export const firmwareFunctions = `
print_firmware() {
  section ovmf
  while [ $# -gt 1 ]; do
    [ -r "$1" ] && [ -r "$2" ] && echo "$1$tab$2"
    shift 2
  done
  section firmware-descriptions
  for f in /etc/qemu/firmware/*.json /usr/share/qemu/firmware/*.json; do
    [ -r "$f" ] && echo "$f$tab$(tr -d '\\n\\r\\t' <"$f")"
  done
  section firmware-files
  for f in /etc/qemu/firmware/*.json /usr/share/qemu/firmware/*.json; do
    [ -r "$f" ] && sed -n 's/.*"filename"[^"]*"\\(\\/[^"]*\\)".*/\\1/p' "$f"
  done | while IFS= read -r f; do [ -r "$f" ] && echo "$f"; done
}
`;
