import { wholeDisks } from './whole-disks.ts';

/**
 * Disks, what is built on them, and the first bytes of each disk and partition: what a small `blkid` does not know is told by these.
 * What udev is putting together is waited for. The kernel lists no holder for a loop device on a disk and for a cache of bcache, and no
 * mounts of other mount namespaces beside ours: these are asked for. Everything is read, nothing is mounted or assembled. A disk that fails
 * once is not asked again, neither by us nor by `blkid`, since each try can take half a minute; a volume that is suspended, or waits for its
 * paths, would never answer.
 */
export const disksScript = `${wholeDisks}
if [ -d /run/udev ] && have udevadm; then udevadm settle --timeout=5 2>/dev/null; fi
section disks
nodes=
for d in /sys/block/*; do
  is_disk "$d" || continue
  place_of "$d"; place=$l
  value "$d/device/model"; model=$v
  value "$d/device/vendor"; vendor=$v
  value "$d/device/serial"; serial=$v
  [ -z "$serial" ] && { value "$d/serial"; serial=$v; }
  if [ -z "$serial" ] && [ -r "$d/device/vpd_pg80" ]; then
    serial=$(tail -c +5 "$d/device/vpd_pg80" 2>/dev/null | tr -dc ' -~')
  fi
  value "$d/dev"; numbers=$v
  if [ -z "$serial" ] && [ -r "/run/udev/data/b$numbers" ]; then
    serial=$(sed -n 's/^E:ID_SERIAL_SHORT=//p' "/run/udev/data/b$numbers")
  fi
  value "$d/device/wwid"; wwid=$v
  [ -z "$wwid" ] && { value "$d/wwid"; wwid=$v; }
  value "$d/queue/logical_block_size"; logical=$v
  value "$d/queue/physical_block_size"; physical=$v
  value "$d/queue/rotational"; rotational=$v
  echo "$name$tab$numbers$tab$place$tab$size$tab$logical$tab$physical$tab$vendor$tab$model$tab$serial$tab$wwid$tab$rotational"
  nodes="$nodes /dev/$name"
  for p in "$d/$name"*; do [ -e "$p/partition" ] && nodes="$nodes /dev/\${p##*/}"; done
done
section loops
loops=
for d in /sys/block/loop*/loop; do
  value "$d/backing_file"
  name=\${d%/loop}; name=\${name##*/}
  case $v in /dev/*) loops="$loops $name"; echo "$name$tab$v" ;; esac
done
section block
built=
for d in /sys/block/*; do
  name=\${d##*/}
  case $name in
    ram* | zram*) continue ;;
    loop*) case " $loops " in *" $name "*) ;; *) continue ;; esac ;;
  esac
  place_of "$d"; place=$l
  for p in "$d" "$d/$name"*; do
    [ -e "$p/dev" ] || continue
    value "$p/dev"; numbers=$v
    value "$p/size"; size=$v
    value "$p/partition"; number=$v
    holders=
    for h in "$p"/holders/*; do [ -e "$h" ] && holders="$holders \${h##*/}"; done
    [ -d "$p/bcache" ] && [ -z "$holders" ] && holders=bcache
    echo "\${p##*/}$tab$name$tab$numbers$tab$size$tab$holders$tab$place$tab$number"
  done
  value "$d/dm/suspended"; suspended=$v
  value "$d/dm/uuid"
  case $name:$size:$suspended:$v in
    *:0:*) ;;
    md* | dm-*:*:0:LVM-* | dm-*:*:0:CRYPT-*) built="$built /dev/$name" ;;
  esac
done
section arrays
for d in /sys/block/md*/md; do
  [ -d "$d" ] || continue
  name=\${d%/md}
  value "$d/level"; level=$v
  value "$d/array_state"; state=$v
  value "$d/metadata_version"; metadata=$v
  value "$d/sync_action"; action=$v
  value "$d/degraded"; missing=$v
  echo "\${name##*/}$tab$level$tab$state$tab$metadata$tab$action$tab$missing"
done
section volumes
for d in /sys/block/dm-*/dm; do
  [ -d "$d" ] || continue
  name=\${d%/dm}
  value "$d/name"; label=$v
  value "$d/uuid"; echo "\${name##*/}$tab$label$tab$v"
done
section pools
for d in /proc/spl/kstat/zfs/*/; do [ -e "\${d}state" ] && d=\${d%/} && echo "\${d##*/}"; done
section btrfs
for d in /sys/fs/btrfs/*/devices/*; do
  [ -e "$d" ] || continue
  u=\${d%/devices/*}; echo "\${d##*/}$tab\${u##*/}"
done
section by-id; ls -l /dev/disk/by-id 2>/dev/null
bad=
is_bad() { case " $bad " in *" $1 "*) return 0 ;; esac; return 1; }
bytes() {
  found=
  if is_bad "$1"; then return; fi
  found=$(od -An -v -tx1 -j "$2" -N "$3" "/dev/$1" 2>/dev/null)
  [ -n "$found" ] || bad="$bad $1"
  echo "$1$tab$2$tab"$found
}
has_table() { case "$*" in *' 55 aa 45 46 49 20 50 41 52 54 '*) ;; *) return 1 ;; esac; }
section heads
tabled= readable= whole=
for node in $nodes; do
  name=\${node#/dev/}
  if [ -e "/sys/block/$name" ]; then whole=$name; elif is_bad "$whole"; then continue; fi
  bytes "$name" 0 544
  is_bad "$name" || readable="$readable $node"
  if has_table $found; then tabled="$tabled $name"; fi
done
section blkid; have blkid && [ -n "$readable$built" ] && blkid -c /dev/null $readable $built 2>/dev/null
section tables
for d in /sys/block/*; do
  name=\${d##*/}
  case " $nodes " in *" /dev/$name "*) ;; *) continue ;; esac
  value "$d/queue/logical_block_size"; logical=\${v:-512}
  last=0
  for p in "$d/$name"*; do value "$p/partition"; [ "\${v:-0}" -gt "$last" ] && last=$v; done
  [ "$last" -gt 128 ] && last=128
  case " $tabled " in *" $name "*) gpt=512 ;; *) gpt= ;; esac
  [ "$logical" = 512 ] || case $(bytes "$name" "$logical" 8) in *'45 46 49 20 50 41 52 54') gpt=$logical ;; *) gpt= ;; esac
  [ -n "$gpt" ] || continue
  echo "$name$tab$gpt\${tab}45 46 49 20 50 41 52 54"
  [ "$last" -gt 0 ] && bytes "$name" $((logical * 2)) $((last * 128))
done
section mounts; print_file /proc/self/mountinfo
section mounts-elsewhere
spaces=$(ls -l /proc/[0-9]*/ns/mnt 2>/dev/null)
case $spaces in
  *"/proc/$$/ns/mnt -> "*) seen=\${spaces#*"/proc/$$/ns/mnt -> "}; seen=" \${seen%%]*}] " ;;
  *) spaces= ;;
esac
set -f; IFS='
'
for v in $spaces; do
  space=\${v##* }
  case $v:$seen in *" $space "*) continue ;; esac
  seen="$seen$space "; pid=\${v#*/proc/}; pid=\${pid%%/*}
  value "/proc/$pid/comm"; echo "process$tab$pid$tab$v"
  print_file "/proc/$pid/mountinfo"
done
set +f; unset IFS
section swaps; print_file /proc/swaps
`;
