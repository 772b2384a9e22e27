/**
 * Shell functions about disks in sysfs, after those of `shellFunctions`. `is_disk FOLDER` is true for one that somebody could install on, and
 * sets $name and $size (sectors of 512 bytes); a hidden one is no more than a way to another. `place_of FOLDER` sets $l to the
 * place of what is in /sys/block, which names the PCI functions on its way to the processor: a disk of an NVMe subsystem
 * (nvme_core.multipath) hangs on the controller of that; one that has two is on no function alone, so nobody is given it.
 */
export const wholeDisks = `
is_disk() {
  name=\${1##*/}
  case $name in loop* | ram* | zram* | sr* | fd* | dm-* | md* | bcache* | nbd* | zd* | drbd* | mtdblock* | mmcblk*boot*) return 1 ;; esac
  value "$1/hidden"; [ "$v" != 1 ] || return 1
  value "$1/size"; size=$v
  [ "\${size:-0}" != 0 ]
}
place_of() {
  link "$1"
  case $l in */virtual/nvme-subsystem/*) ;; *) return 0 ;; esac
  head=$l way=
  for c in "$head"/../nvme[0-9]*; do
    link "$c"
    case $l in */pci[0-9]*) ;; *) continue ;; esac
    if [ -n "$way" ]; then l=$head; return 0; fi
    way=$l
  done
  l=\${way:-$head}
}
`;
