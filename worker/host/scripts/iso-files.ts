import { shellFunctions } from './shell-functions.ts';

/** Arguments: image, first sector, number of sectors of 2,048 bytes. In hexadecimal. */
export const readSectorsScript = `${shellFunctions}
section bytes; dd if="$1" bs=2048 skip="$2" count="$3" 2>/dev/null | od -An -v -tx1
section end
`;

/**
 * Arguments: image, target, first sector, size in bytes, and a file that is put behind it, or nothing. Needs no loop device
 * and no driver for ISO 9660: a file on an ISO lies in one piece. Behind an initrd the next archive begins at a multiple of four.
 */
export const extractFileScript = `${shellFunctions}
image=$1 target=$2 sector=$3 size=$4 more=$5
umask 077
whole=$((size / 2048)) rest=$((size % 2048))
{
  dd if="$image" bs=2048 skip="$sector" count="$whole" 2>/dev/null
  if [ "$rest" -gt 0 ]; then dd if="$image" bs=2048 skip="$((sector + whole))" count=1 2>/dev/null | head -c "$rest"; fi
} >"$target.new"
got=$(stat -c %s "$target.new")
if [ "$got" = "$size" ] && [ -n "$more" ]; then
  head -c $(((4 - size % 4) % 4)) /dev/zero >>"$target.new" && cat "$more" >>"$target.new" || got=
fi
if [ "$got" = "$size" ]; then mv -f "$target.new" "$target"; else rm -f "$target.new"; fi
section bytes; echo "$got"
section end
`;
