import { downloadFunctions } from './iso-download.ts';
import { sourceFunctions } from './iso-source.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * What nbdkit runs for each read (nbdkit-sh-plugin(3)): from the file as far as it has come, else by a request of its own for just
 * that part. What comes within moments is waited for instead of being fetched twice. A read that gets nothing for 15 seconds
 * fails: that is below the patience of guests, and QEMU stands still while it waits for reads at a reset. So does one after
 * the download was given up.
 */
const reader = `${shellFunctions}${sourceFunctions}
path=$XEPA_ISO
value "$path.bytes"; bytes=$v
here() {
  file=$path; [ -e "$file" ] || file=$path.part
  have=$(size "$file")
  [ "$have" -ge "$end" ] || return 1
  dd if="$file" bs=2048 skip=$((offset / 2048)) count=$((count / 2048)) 2>/dev/null
}
ahead() {
  n=0
  while IFS= read -r source <&3; do
    n=$((n + 1))
    value "$path.tag"
    same='X-Ignored:'
    [ "\${v%% *}" != "$n" ] || [ -z "\${v#* }" ] || same="If-Range: \${v#* }"
    status=$(ask_source "$source" -f -H "$same" -r "$offset-$((end - 1))" -D "$temp.headers" -o "$temp" -w '%{http_code}' \\
      --max-filesize "$count" --connect-timeout 5 --max-time 15 2>/dev/null)
    total_of "$temp.headers"
    [ "$status" = 206 ] && [ "$total" = "$bytes" ] && [ "$(size "$temp")" = "$count" ] && return 0
  done 3<"$path.urls"
  return 1
}
case $1 in
  thread_model) echo parallel ;;
  get_size) echo "$bytes" ;;
  block_size) echo 2048 1048576 33554432 ;;
  pread)
    count=$3 offset=$4 end=$(($3 + $4)) waits=10
    temp=$path.ahead.$$
    clock; start=$now
    while :; do
      here && exit 0
      if [ ! -e "$path.window" ] && [ "$waits" -gt 0 ] && [ $((end - have)) -le 2097152 ]; then waits=$((waits - 1)); sleep 0.1; continue; fi
      if ahead; then cat "$temp"; rm -f "$temp" "$temp.headers"; exit 0; fi
      rm -f "$temp" "$temp.headers"
      [ -e "$path.window" ] || [ ! -e "$path.exit" ] || start=-15
      clock
      [ $((now - start)) -lt 15 ] || { echo 'EIO the ISO has not come so far' >&2; exit 1; }
      sleep 0.5
    done ;;
  *) exit 2 ;;
esac
`;

/**
 * `door_is open MODE` is true while nbdkit serves the file of $path at its socket, `arriving` by the reader or `whole` by itself.
 * `close_door` ends it, and not gently: asked to, nbdkit would wait for QEMU to hang up. It has nothing to lose, and QEMU looks for
 * the next one and asks again what it was asking.
 */
export const doorFunctions = `
door_is() {
  value "$path.door.pid"; door=$v
  case $door in '' | *[!0-9]*) door=; return 1 ;; esac
  runs_with "$door" "$path.sock" || { door=; return 1; }
  value "$path.door.mode"; [ "$v" = "$1" ]
}
close_door() {
  door_is any
  [ -n "$door" ] || return 0
  kill -KILL "$door" 2>/dev/null
  tries=50
  while door_is any; [ -n "$door" ] && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
}
open_door() {
  mode=arriving; [ ! -e "$path" ] || mode=whole
  door_is "$mode" && return 0
  close_door
  rm -f "$path.sock" "$path.door.pid"
  cat >"$path.reader" <<'READER'
#!/bin/sh
${reader}
READER
  chmod 700 "$path.reader"
  keep=64M; [ ! -e "$path.window" ] || keep=256M
  set -- sh "$path.reader" cache-on-read=true cache-min-block-size=1M cache-max-size="$keep"
  [ "$mode" = arriving ] && set -- --filter=cache "$@" || set -- file "$path"
  XEPA_ISO=$path TMPDIR=\${path%/*} nbdkit -r -U "$path.sock" -P "$path.door.pid" "$@" </dev/null >/dev/null 2>"$path.door.error" || return 1
  echo "$mode" >"$path.door.mode"
}
`;

/**
 * Arguments: path, size. Has the file served to the VM while it arrives, and how its download goes, in one round trip. May be
 * repeated: what has died is started again, and a file that is whole is served as it is.
 */
export const openDoorScript = `${shellFunctions}${sourceFunctions}${downloadFunctions}${doorFunctions}
path=$1
umask 077
section door
if have nbdkit; then
  echo "$2" >"$path.bytes"
  if open_door; then echo open; else echo failed; tail -n 3 "$path.door.error"; fi
else
  echo missing
fi
print_state
`;

/**
 * Argument: path. The sectors of an ISO that tell how it boots, by requests for just these: its source need not have come so far.
 * See inspectScript.
 */
export const peekScript = `${shellFunctions}${sourceFunctions}
path=$1
part() {
  while IFS= read -r source <&3; do
    ask_source "$source" -f -r "$1-$2" --max-filesize 8192 --connect-timeout 10 --max-time 30 -o "$path.peek" 2>"$path.peek.error" && return 0
  done 3<"$path.urls"
  return 1
}
umask 077
section descriptors
if part 32768 36863; then
  od -An -v -tx1 <"$path.peek"
  set -- $(dd if="$path.peek" bs=1 skip=2119 count=4 2>/dev/null | od -An -v -tu1)
  at=$((($1 + $2 * 256 + $3 * 65536 + $4 * 16777216) * 2048))
  section catalogue
  part "$at" $((at + 2047)) && od -An -v -tx1 <"$path.peek"
fi
section error; tail -n 3 "$path.peek.error" 2>/dev/null
rm -f "$path.peek" "$path.peek.error"
section end
`;
