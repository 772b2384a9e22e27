import { diskPlaces } from './disk-places.ts';
import { quietMount, typeOf } from './quiet-mount.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: bytes of each log, then PCI addresses of disk controllers, or `/dev/…` for one disk alone. Prints what the
 * logs of an installer and of an installed system end with, as base64, since they hold whatever somebody has written; changes nothing.
 */
export const lastLogsScript = `${shellFunctions}${diskPlaces}${quietMount}${typeOf}
bytes=$1
shift
umask 077
mnt=$(mktemp -d) && mnt=$(readlink -f "$mnt") || exit 1
trap 'umount "$mnt" 2>/dev/null; rmdir "$mnt" 2>/dev/null' EXIT
for m in vfat ext4 xfs btrfs ntfs3; do modprobe "$m" 2>/dev/null; done
logs_of() {
  for part in $(parts_of "$1"); do
    type_of "/dev/$part"
    mount_quietly "/dev/$part" "$type" || continue
    for root in '' @/ @rootfs/ root/; do
      for f in "$mnt/$root"var/log/installer/syslog "$mnt/$root"var/log/anaconda/anaconda.log "$mnt/$root"var/log/anaconda/syslog \\
        "$mnt/$root"var/log/syslog "$mnt/$root"var/log/messages "$mnt/$root"var/log/boot.log "$mnt/$root"var/log/dmesg; do
        if inside "$mnt" "$f"; then section "$part \${f#"$mnt"}"; tail -c "$bytes" "$f" | base64; fi
      done
    done
    for f in "$mnt"/[Ww]indows/[Pp]anther/setupact.log "$mnt"/[Ww]indows/[Pp]anther/setuperr.log; do
      if inside "$mnt" "$f"; then section "$part \${f#"$mnt"}"; tail -c "$bytes" "$f" | base64; fi
    done
    umount "$mnt"
  done
}
each_disk logs_of "$@"
section end
`;
