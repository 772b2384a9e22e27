/** Bytes of a port's past that a viewer gets first, and that are kept for who comes later. */
export const TAIL_BYTES = 256 * 1024;

/**
 * Arguments: log, bytes of its end to begin with. Prints what is in the log and what is added to it, until its own
 * standard input ends: without a terminal nobody else would tell it that the connection is gone.
 * `tail -f` will not do: where the worker shortens a log that became too long it prints the rest once more, and
 * busybox looks for news only every second. The log is one open file here, so nothing is lost and nothing comes twice;
 * when it was shortened below the place where we are, this ends, and whoever reads begins anew.
 */
const followScript = `
log=$1
exec 3<"$log" 4<&0 || exit 1
me=$$
{ cat <&4; kill "$me"; } >/dev/null 2>&1 &
watch=$!
trap 'kill "$watch" 2>/dev/null' EXIT
tail -c "$2" <&3
turns=0
while cat <&3; do
  sleep 0.1 2>/dev/null || sleep 1
  turns=$((turns + 1))
  [ "$turns" -ge 10 ] || continue
  turns=0
  size=$(stat -c %s "$log" 2>/dev/null) || exit 0
  at=0
  while read -r key value; do [ "$key" != pos: ] || at=$value; done <"/proc/$me/fdinfo/3"
  [ "$size" -ge "$at" ] || exit 0
done
`;

/** Follows a port's log on the device. */
export function followCommand(log: string): string[] {
  return ['sh', '-c', followScript, 'sh', log, String(TAIL_BYTES)];
}

/** The whole log, once. The worker keeps it below 4 MiB; this is the limit of what leaves the device all the same. */
export function wholeCommand(log: string): string[] {
  return ['tail', '-c', String(16 * 1024 * 1024), log];
}
