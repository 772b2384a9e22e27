import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: name of a FAT partition, then pairs of a path on it and the path of its copy. Says of each copy whether it was
 * written; what is there already stays as it is, and after a failure nothing more is written. A copy gets its name when
 * it is whole. Nothing else on the partition is touched.
 */
export const bootFilesScript = `${shellFunctions}
part=$1
shift
umask 077
mnt=$(mktemp -d) || exit 1
trap 'umount "$mnt" 2>/dev/null; rmdir "$mnt" 2>/dev/null' EXIT
modprobe vfat 2>/dev/null
copy() {
  [ -e "$mnt$2" ] && return 2
  mkdir -p "$mnt\${2%/*}" && cp "$mnt$1" "$mnt$2.NEW" && mv "$mnt$2.NEW" "$mnt$2" && sync && return 0
  rm -f "$mnt$2.NEW"
  return 1
}
section copies
if mount -t vfat "/dev/$part" "$mnt" 2>/dev/null; then
  while [ $# -gt 1 ]; do
    copy "$1" "$2" 2>/dev/null
    case $? in 0) state=written ;; 2) state=kept ;; *) state=failed ;; esac
    echo "$state$tab$1$tab$2"
    [ "$state" = failed ] && break
    shift 2
  done
else echo "failed$tab$1$tab$2"
fi
section end
`;
