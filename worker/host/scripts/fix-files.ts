import { diskPlaces } from './disk-places.ts';
import { shellFunctions } from './shell-functions.ts';

/** Has a line that begins with device `a` begin with `b`; what is behind it stays as it is written. */
const renameDevice = `
$1 == a { i = index($0, a); $0 = substr($0, 1, i - 1) b substr($0, i + length(a)) }
{ print }
`;

/** Adds the words `a` and `b` where a kernel's command line stands, in files of four kinds; not where `b` is there already. */
const addConsole = `
index($0, b) { print; next }
FILENAME ~ /default\\/grub$/ && /^GRUB_CMDLINE_LINUX=["\\047]/ {
  quote = substr($0, 20, 1)
  words = substr($0, 21)
  sub("[ \\t]*" quote "[ \\t]*$", "", words)
  $0 = "GRUB_CMDLINE_LINUX=" quote words (words == "" ? "" : " ") a " " b quote
}
FILENAME ~ /grub[.]cfg$/ && /^[ \\t]*linux(efi|16)?[ \\t]/ { $0 = $0 " " a " " b }
FILENAME ~ /[.]conf$/ && /^options[ \\t]/ { $0 = $0 " " a " " b }
FILENAME ~ /kernel\\/cmdline$/ && NR == 1 { $0 = $0 " " a " " b }
{ print }
`;

/**
 * Arguments: name of a partition, type of its file system, then for each change: what, path, two values. Says of each whether it was
 * written. `link MAC NAME` makes a file that ties a port's name to its MAC, where there is none yet. `device FROM TO` has a line
 * of fstab name a partition otherwise. `console A B` adds two words to a kernel's command line where the second is not there.
 * A file is written beside, with the mode and owner of the old one, and takes its place when it is whole.
 */
export const fixFilesScript = `${shellFunctions}${diskPlaces}
rename_device='${renameDevice}'
add_console='${addConsole}'
part=$1 type=$2
shift 2
mnt=$(mktemp -d) && mnt=$(readlink -f "$mnt") || exit 1
trap 'umount "$mnt" 2>/dev/null; rmdir "$mnt" 2>/dev/null' EXIT
case $type in ext2 | ext3) type=ext4 ;; esac
modprobe "$type" 2>/dev/null
link_file() {
  folder=\${1%/*}
  [ "$(readlink -f "\${folder%/*}")" = "\${folder%/*}" ] || return 1
  if [ -e "$1" ] || [ -L "$1" ]; then return 2; fi
  mkdir -p "$folder" || return 1
  [ "$(readlink -f "$folder")" = "$folder" ] || return 1
  printf '[Match]\\nMACAddress=%s\\n\\n[Link]\\nName=%s\\n' "$2" "$3" >"$1.new" && chmod 644 "$1.new" && mv "$1.new" "$1"
}
change() {
  inside "$mnt" "$1" && [ ! -L "$1" ] || return 1
  cp -p "$1" "$1.xepa-new" && awk -v a="$3" -v b="$4" "$2" "$1" >"$1.xepa-new" || { rm -f "$1.xepa-new"; return 1; }
  if cmp -s "$1" "$1.xepa-new"; then rm -f "$1.xepa-new"; return 2; fi
  mv "$1.xepa-new" "$1"
}
section fixes
mounted=no
if mount -t "$type" "/dev/$part" "$mnt" 2>/dev/null; then mounted=yes; fi
while [ $# -gt 3 ]; do
  state=1
  if [ "$mounted" = yes ]; then
    case $1 in
      link) link_file "$mnt/$2" "$3" "$4" ;;
      device) change "$mnt/$2" "$rename_device" "$3" "$4" ;;
      console) change "$mnt/$2" "$add_console" "$3" "$4" ;;
    esac 2>/dev/null
    state=$?
  fi
  case $state in 0) state=written ;; 2) state=kept ;; *) state=failed ;; esac
  echo "$state$tab$1$tab$2$tab$3$tab$4"
  shift 4
done
sync
section end
`;
