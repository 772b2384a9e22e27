import { wholeDisks } from './whole-disks.ts';

/**
 * `each_disk ACT PLACE…` runs ACT with the name of each disk that a place stands for: the PCI address of a controller, or
 * `/dev/…` for one disk alone. `parts_of DISK` prints the names of its partitions. `inside ROOT FILE` is true where a file
 * is one and lies below ROOT: a link of an installed system must not lead into the rescue system's own files.
 */
export const diskPlaces = `${wholeDisks}
each_disk() {
  act=$1
  shift
  for where in "$@"; do
    case $where in /dev/*) node=$(readlink -f "$where") ;; *) node= ;; esac
    for d in /sys/block/*; do
      is_disk "$d" || continue
      place_of "$d"
      case $where in
        /dev/*) [ "\${node##*/}" = "\${d##*/}" ] || continue ;;
        *) case $l in */"$where"/*) ;; *) continue ;; esac ;;
      esac
      "$act" "\${d##*/}"
    done
  done
}
parts_of() {
  for p in "/sys/block/$1/$1"*; do
    if [ -e "$p/partition" ]; then echo "\${p##*/}"; fi
  done
}
inside() {
  [ -f "$2" ] || return 1
  case $(readlink -f "$2") in "$1"/*) return 0 ;; esac
  return 1
}
`;
