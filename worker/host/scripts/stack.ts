import { shellFunctions } from './shell-functions.ts';

/**
 * `guard NAME DISK...` keeps udev from putting together again what stands on these disks: with a type of file system that nobody knows, none
 * of its rules for md, LVM, bcache, dmraid or ZFS applies; where there is none at all, that for bcache looks by itself. In /run, so a
 * restart forgets it. `unguard NAME` ends that.
 */
const guardFunctions = `
rules=/run/udev/rules.d
has_udev() { [ -d /run/udev ] && have udevadm; }
reload() { udevadm control --reload 2>/dev/null; udevadm settle --timeout=10 2>/dev/null; }
guard() {
  has_udev || return 0
  file="$rules/61-$1.rules"; shift
  mkdir -p "$rules"
  for d in "$@"; do
    parts='[0-9]*'
    case $d in *[0-9]) parts='p[0-9]*' ;; esac
    echo "SUBSYSTEM==\\"block\\", KERNEL==\\"$d|$d$parts\\", ENV{ID_FS_TYPE}=\\"hidden\\", ENV{ID_FS_USAGE}=\\"\\""
  done >"$file.new" && mv "$file.new" "$file" && reload
}
unguard() {
  [ -e "$rules/61-$1.rules" ] || return 0
  rm -f "$rules/61-$1.rules"
  if has_udev; then reload; fi
}
`;

/**
 * `stopped NAME` is true once an array or volume is not there any more; md may keep an empty one for a moment. `stop NAME` has the kernel
 * end it, which it refuses while something has it open. An array is told by sysfs, as by `mdadm --stop`, which needs no program. A volume is
 * named by its number: names may begin with a dash, or hold what dmsetup would write in another way.
 */
const stopFunctions = `
stopped() {
  case $1 in
    md*) value "/sys/block/$1/md/array_state"; [ -z "$v" ] || [ "$v" = clear ] ;;
    *) [ ! -e "/sys/block/$1" ] ;;
  esac
}
stop() {
  case $1 in
    md*) { echo clear >"/sys/block/$1/md/array_state"; } 2>/dev/null || { echo 'the kernel finds it in use'; return 1; } ;;
    *)
      value "/sys/block/$1/dev"
      dmsetup --manglename none remove --noudevsync -j "\${v%:*}" -m "\${v#*:}"
      ;;
  esac
}
`;

/**
 * Arguments: name of our rule, disks that leave, \`--\`, other disks below what is stopped, \`--\`, what to stop, the top first. While a
 * process has any of it open nothing is stopped, and the first that does not stop ends it, since what is below is still in use by that. Prints
 * who has what open, what refused to stop and why, and what is still built on the disks that leave.
 */
export const stopStackScript = `${shellFunctions}${guardFunctions}${stopFunctions}
rule=$1; shift
leaving= others= nodes=
while [ "$1" != -- ]; do leaving="$leaving $1"; shift; done; shift
while [ "$1" != -- ]; do others="$others $1"; shift; done; shift
for name in "$@"; do
  nodes="$nodes $name"
  for p in "/sys/block/$name/$name"*; do [ -e "$p/partition" ] && nodes="$nodes \${p##*/}"; done
  value "/sys/block/$name/dm/name"
  [ -n "$v" ] && nodes="$nodes mapper/$v"
done
guard "$rule" $leaving $others
open_files() {
  ls -l /proc/[0-9]*/fd 2>/dev/null | while IFS= read -r line; do
    case $line in
      /proc/*/fd:) pid=\${line#/proc/}; pid=\${pid%/fd:} ;;
      *' -> /dev/'*)
        node=\${line##* -> /dev/}
        case " $nodes " in *" $node "*) value "/proc/$pid/comm"; echo "\${node#mapper/}$tab$v$tab$pid" ;; esac ;;
    esac
  done
}
tries=10
while open=$(open_files); [ -n "$open" ] && [ "$tries" -gt 0 ]; do sleep 0.3; tries=$((tries - 1)); done
section open; echo "$open"
section failed
if [ -z "$open" ]; then
  for name in "$@"; do
    tries=25
    until stopped "$name"; do
      said=$({ stop "$name"; } 2>&1)
      stopped "$name" && break
      tries=$((tries - 1))
      [ "$tries" -gt 0 ] || break
      sleep 0.2
    done
    stopped "$name" || { echo "$name$tab"$said; break; }
  done
  if has_udev; then udevadm settle --timeout=10 2>/dev/null; fi
fi
section left
for d in $leaving; do
  for p in "/sys/block/$d" "/sys/block/$d/$d"*; do
    for h in "$p"/holders/*; do [ -e "$h" ] && echo "\${h##*/}"; done
  done
done
section end
`;

/** Argument: name of our rule. */
export const unguardScript = `${shellFunctions}${guardFunctions}
unguard "$1"
`;
