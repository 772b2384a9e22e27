import { diskPlaces } from './disk-places.ts';
import { quietMount, typeOf } from './quiet-mount.ts';
import { shellFunctions } from './shell-functions.ts';

/** Files of an installed system that decide how it starts and finds its disks and network; of some only the lines that matter. */
const systemFiles = `
show() {
  inside "$mnt" "$1" || return 0
  echo ">$part$tab\${1#"$mnt/$root"}"
  case $1 in
    */grub.cfg) grep -E '^[[:space:]]*linux(efi|16)?[[:space:]]' "$1" ;;
    *.nmconnection) grep -E '^(\\[|id=|type=|interface-name=|mac-address=)' "$1" ;;
    *) grep -v -i -E 'passw|psk|secret|token' "$1" ;;
  esac 2>/dev/null | head -c 20000 | head -n 200 | tr -d '\\000\\r' | sed 's/^/|/'
}
show_system() {
  for root in '' @/ @rootfs/ root/; do
    e=$mnt/\${root}etc
    for f in "$e/os-release" "$mnt/\${root}usr/lib/os-release" "$e/fstab" "$e/crypttab" "$e/default/grub" \\
      "$e/kernel/cmdline" "$e/network/interfaces" "$e"/network/interfaces.d/* "$e"/netplan/*.yaml \\
      "$e"/systemd/network/*.network "$e"/systemd/network/*.link "$e"/NetworkManager/system-connections/*.nmconnection \\
      "$e"/sysconfig/network-scripts/ifcfg-* "$e"/udev/rules.d/70-persistent-net.rules \\
      "$mnt/\${root}boot/grub/grub.cfg" "$mnt/\${root}boot/grub2/grub.cfg"; do
      show "$f"
    done
  done
  root=
  for f in "$mnt"/grub/grub.cfg "$mnt"/grub2/grub.cfg "$mnt"/loader/entries/*.conf; do show "$f"; done
}
`;

/**
 * Arguments: the file of the VM's firmware variables or empty, how many disks there are, then PCI addresses of disk controllers, or `/dev/…`
 * for one disk alone. Waits up to 40 s for all of them, since a controller that was just given back finds its own late and one after the
 * other. Prints what the
 * installer left on these disks, and changes nothing: the head of each disk and the
 * variables as compressed base64, partitions, loaders on FAT file systems, files of installed systems. A module is loaded for what is
 * there: that of btrfs measures the processor first.
 */
export const installedScript = `${shellFunctions}${diskPlaces}${quietMount}${typeOf}${systemFiles}
vars=$1 wanted=$2
shift 2
umask 077
mnt=$(mktemp -d) && mnt=$(readlink -f "$mnt") || exit 1
trap 'umount "$mnt" 2>/dev/null; rmdir "$mnt" 2>/dev/null' EXIT
loaded=
load_for() {
  case $1 in vfat) modules='vfat nls_cp437 nls_ascii' ;; ext[234]) modules=ext4 ;; xfs | btrfs) modules=$1 ;; *) return ;; esac
  case $loaded in *" $1 "*) return ;; esac
  loaded="$loaded $1 "
  modprobe -a $modules 2>/dev/null || for m in $modules; do modprobe "$m" 2>/dev/null; done
}
head_of() {
  value "/sys/block/$1/queue/logical_block_size"
  section "disk $1"; echo "$v"
  section "head $1"
  dd if="/dev/$1" bs=4096 count=6 2>/dev/null | gzip -c | base64
}
partition() {
  type_of "/dev/$part"
  load_for "$type"
  value "/sys/class/block/$part/partition"; number=$v
  value "/sys/class/block/$part/size"
  state=other
  if mount_quietly "/dev/$part" "$type"; then state=read
  else case $type in vfat | ext[234] | xfs | btrfs) state=unreadable ;; esac
  fi
  echo "=$part$tab$number$tab$v$tab$type$tab$state$tab$about"
  [ "$state" = read ] || return 0
  if [ "$type" = vfat ]; then
    for e in "$mnt"/[Ee][Ff][Ii]; do
      if [ -d "$e" ]; then
        find "$e" -maxdepth 3 -type f \\( -iname '*.efi' -o -iname grub.cfg -o -iname bcd \\) 2>/dev/null |
          head -n 200 | while IFS= read -r f; do echo "+$part$tab\${f#"$mnt"}"; done
      fi
    done
  fi
  show_system
  umount "$mnt"
}
disk() {
  section "partitions $1"
  for part in $(parts_of "$1"); do partition; done
}
both() { head_of "$1"; disk "$1"; }
if [ -n "$vars" ] && [ -f "$vars" ]; then
  section nvram; gzip -c <"$vars" | base64
fi
tries=80
see() { seen=$((seen + 1)); }
while seen=0; each_disk see "$@"; [ "$seen" -lt "$wanted" ] && [ "$tries" -gt 0 ]; do
  sleep 0.5
  tries=$((tries - 1))
done
each_disk both "$@"
section end
`;
