import { shellFunctions } from './shell-functions.ts';

/** `mounted DIR` is true while a memory file system of ours lies there. */
const scratchFunctions = `
mounted() { grep -qF "xepa-scratch $1 tmpfs " /proc/mounts; }
`;

/**
 * Arguments: folder, its size in MiB, memory that has to be available besides in MiB. A memory file system of its own has a limit,
 * which the rescue's root may lack. Prints `mounted`, and where it is not, what memory there is in KiB.
 */
export const mountScratchScript = `${shellFunctions}${scratchFunctions}
dir=$1 size=$2 besides=$3 free=
umask 077
if ! mounted "$dir"; then
  while read -r name kib _; do
    [ "$name" = MemAvailable: ] && free=$kib
  done </proc/meminfo
  if [ "\${free:-0}" -ge $(((size + besides) * 1024)) ]; then
    mkdir -p "$dir" && mount -t tmpfs -o "size=\${size}m,mode=0700,nosuid,nodev,noexec" xepa-scratch "$dir" || exit 1
  fi
fi
section mounted; mounted "$dir" && echo yes
section free; echo "$free"
section end
`;

/** Argument: folder. A VM that has just ended may hold it for a moment. */
export const unmountScratchScript = `${shellFunctions}${scratchFunctions}
dir=$1 tries=20
while mounted "$dir" && [ "$tries" -gt 0 ]; do
  umount "$dir" 2>/dev/null || sleep 0.2
  tries=$((tries - 1))
done
if mounted "$dir"; then umount -l "$dir" || exit 1; fi
`;
