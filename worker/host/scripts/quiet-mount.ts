/**
 * `mount_quietly DEVICE TYPE` mounts for looking at $mnt: read-only, and without replaying a journal, which would be a write.
 * A type that is not listed is left alone.
 */
export const quietMount = `
mount_quietly() {
  case $2 in
    vfat) mount -t vfat -o ro "$1" "$mnt" ;;
    ext2 | ext3 | ext4) mount -t ext4 -o ro,noload "$1" "$mnt" ;;
    xfs) mount -t xfs -o ro,norecovery,nouuid "$1" "$mnt" ;;
    btrfs) mount -t btrfs -o ro,rescue=nologreplay "$1" "$mnt" || mount -t btrfs -o ro,nologreplay "$1" "$mnt" ;;
    ntfs) mount -t ntfs3 -o ro "$1" "$mnt" ;;
    *) return 1 ;;
  esac 2>/dev/null
}
`;

/**
 * `type_of DEVICE` sets $type to the kind of file system and $about to all that blkid says. BitLocker is known by the
 * signature in its first sector: not every blkid has it.
 */
export const typeOf = `
type_of() {
  about=$(blkid -c /dev/null "$1" 2>/dev/null | head -n 1)
  type=$(printf '%s' " \${about#*:}" | sed -n 's/.* TYPE="\\([^"]*\\)".*/\\1/p')
  if [ "$(dd if="$1" bs=1 skip=3 count=8 2>/dev/null | tr -d '\\000')" = -FVE-FS- ]; then type=BitLocker; fi
}
`;
