import { shellFunctions } from './shell-functions.ts';

/**
 * Argument: path of a disk that a VM has written to behind the back of this kernel. Forgets what is cached of it and reads its
 * partition table anew; where udev looks at it at the same moment, it is busy for a while. Prints whether it worked, and the partitions.
 */
export const rereadDiskScript = `${shellFunctions}
node=$(readlink -f "$1")
name=\${node##*/}
sync
for p in "/sys/block/$name" "/sys/block/$name/$name"*; do
  [ -e "$p/dev" ] && blockdev --flushbufs "/dev/\${p##*/}" 2>/dev/null
done
tries=20 state=busy
while [ -b "$node" ] && [ "$tries" -gt 0 ]; do
  if blockdev --rereadpt "$node" 2>/dev/null; then state=read; break; fi
  sleep 0.3
  tries=$((tries - 1))
done
[ -b "$node" ] || state=gone
if have udevadm; then udevadm settle --timeout=5 2>/dev/null; fi
section state; echo "$state"
section partitions
for p in "/sys/block/$name/$name"*; do [ -e "$p/partition" ] && echo "\${p##*/}"; done
section end
`;
