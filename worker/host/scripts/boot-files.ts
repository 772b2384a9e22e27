import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: PCI addresses of disk controllers, or `/dev/…` for one disk alone. On each FAT partition of these disks that holds a folder EFI: is the loader of the
 * removable path there? If not, the installed one is copied to it, shim with its companions before a bare grub.
 * A partition is mounted for writing only when there is something to copy.
 */
export const bootFilesScript = `${shellFunctions}
umask 077
mnt=$(mktemp -d) || exit 1
trap 'umount "$mnt" 2>/dev/null; rmdir "$mnt" 2>/dev/null' EXIT
loader_in() {
  for f in "$1"/EFI/*/shimx64.efi "$1"/EFI/Microsoft/Boot/bootmgfw.efi "$1"/EFI/systemd/systemd-bootx64.efi "$1"/EFI/*/grubx64.efi "$1"/EFI/*/loader.efi; do
    [ -f "$f" ] && { found=$f; return 0; }
  done
  return 1
}
copy_loader() {
  mount -o remount,rw "$mnt" 2>/dev/null || return 1
  mkdir -p "$mnt/EFI/BOOT" || return 1
  case $found in
    */shimx64.efi)
      for f in grubx64.efi mmx64.efi; do
        if [ -f "\${found%/*}/$f" ]; then cp "\${found%/*}/$f" "$mnt/EFI/BOOT/$f" || return 1; fi
      done ;;
  esac
  cp "$found" "$mnt/EFI/BOOT/BOOTX64.NEW" && mv "$mnt/EFI/BOOT/BOOTX64.NEW" "$mnt/EFI/BOOT/BOOTX64.EFI" && sync
}
look_at() {
  if ! mount -t vfat -o ro "$1" "$mnt" 2>/dev/null; then echo "\${1##*/}\${tab}unreadable$tab"; return; fi
  if [ ! -d "$mnt/EFI" ]; then state=none found=
  elif [ -f "$mnt/EFI/BOOT/BOOTX64.EFI" ]; then state=present found="$mnt/EFI/BOOT/BOOTX64.EFI"
  elif ! loader_in "$mnt"; then state=none found=
  elif copy_loader; then state=copied
  else state=failed
  fi
  echo "\${1##*/}$tab$state$tab\${found#"$mnt"}"
  umount "$mnt"
}
modprobe vfat 2>/dev/null
section boot-files
for where in "$@"; do
  case $where in /dev/*) node=$(readlink -f "$where") ;; *) node= ;; esac
  for d in /sys/block/*; do
    link "$d"
    case $where in
      /dev/*) [ "\${node##*/}" = "\${d##*/}" ] || continue ;;
      *) case $l in */"$where"/*) ;; *) continue ;; esac ;;
    esac
    for p in "$d/\${d##*/}"*; do
      [ -e "$p/partition" ] || continue
      part=/dev/\${p##*/}
      case $(blkid -c /dev/null "$part" 2>/dev/null) in *'TYPE="vfat"'*) look_at "$part" ;; esac
    done
  done
done
section end
`;
