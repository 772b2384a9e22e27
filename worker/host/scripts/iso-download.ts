import { detachedFunction } from './detached.ts';
import { digestFunctions } from './iso-digest.ts';
import { sourceFunctions } from './iso-source.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * The download itself, a process of its own that outlives the session which started it. Arguments: path, size or nothing, bytes
 * that there is room for, seconds without progress until it gives up, `along` to take the digest meanwhile. Its addresses stand in
 * `$path.urls`, the best first.
 *
 * Whoever breaks off is followed by the next one, which goes on with the same part: if it is the same source, while its entity
 * tag is the same (If-Range, RFC 9110 13.1.5); if it is another, when its file has the same size. The digest is taken
 * before the file gets its name: whoever finds it finds `$path.sum` too. Codes of our own: 190 a mirror has another file.
 */
const job = `${shellFunctions}${sourceFunctions}${digestFunctions}
path=$1 bytes=$2 room=$3 patience=$4
part=$path.part
status=
echo $$ >"$path.pid"
exec 3>&-
clock; since=$now
echo "$(size "$part") $now" >"$path.began"
[ -n "$bytes" ] || ulimit -f $((room / 512)) 2>/dev/null
begin_digest "$5"
forget_part() { rm -f "$part" "$path.tag"; anew=yes; }
same_file() {
  [ -n "$bytes" ] || return 1
  ask_source "$source" -o /dev/null -D "$path.headers" -r 0-0 --max-filesize 1024 --connect-timeout 20 --max-time 40 2>"$path.error"
  total_of "$path.headers"
  [ "$total" = "$bytes" ] && return 0
  echo 'another source has a file of another size' >"$path.error"
  return 1
}
attempt() {
  set --
  value "$path.tag"
  if [ -s "$part" ] && [ "\${v%% *}" = "$n" ]; then
    set -- -C -
    [ -z "\${v#* }" ] || set -- -C - -H "If-Range: \${v#* }"
  elif [ -z "$bytes" ]; then
    rm -f "$part"
  elif [ "$n" != 1 ] || [ -s "$part" ]; then
    same_file || return 190
    [ ! -s "$part" ] || set -- -C -
  fi
  status=$(ask_source "$source" -f "$@" -D "$path.headers" -o "$part" -w '%{http_code}' \\
    --connect-timeout 20 --speed-limit 1 --speed-time 30 2>"$path.error")
  code=$?
  field "$path.headers" '[Ee][Tt][Aa][Gg]'
  case $field in W/*) field= ;; esac
  case $status in 20?) echo "$n $field" >"$path.tag" ;; esac
  case $code$status in
    33* | 36* | 22416) forget_part; return 28 ;;
  esac
  [ "$code" = 0 ] && [ -n "$bytes" ] && [ "$(size "$part")" -lt "$bytes" ] && return 18
  return "$code"
}
while :; do
  code=0
  [ -z "$bytes" ] || [ "$(size "$part")" -le "$bytes" ] || forget_part
  [ -n "$bytes" ] && [ "$(size "$part")" -eq "$bytes" ] && break
  n=0 final=yes
  while IFS= read -r source <&3; do
    n=$((n + 1)); before=$(size "$part")
    attempt; code=$?
    [ "$code" != 0 ] || break 2
    clock
    [ "$(size "$part")" -le "$before" ] || since=$now
    case $code$status in 23* | 153*) break 2 ;; 22429 | 225??) final=no ;; 22* | 63* | 190*) ;; *) final=no ;; esac
  done 3<"$path.urls"
  [ "$final" = no ] && [ $((now - since)) -lt "$patience" ] || break
  sleep 1
done
if [ "$code" = 0 ]; then take_digest && mv "$part" "$path" || code=23; fi
echo "$status" >"$path.status"
echo "$source" >"$path.source"
echo "$code" >"$path.exit"
: >"$path.pid"
`;

/**
 * `running` is true while the download that the pid file names goes on. Sets $pid. `describe` prints digest and size of an ISO, its two
 * first volume descriptors (sectors 16 and 17) and its boot catalogue, in hexadecimal. The catalogue's sector stands at byte 71 of sector
 * 17, least significant byte first. A whole download is described along with its state.
 */
export const downloadFunctions = `
running() {
  value "$path.pid"; pid=$v
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  runs_with "$pid" "$path"
}
hex() { od -An -v -tx1 -j $(($1 * 2048)) -N $(($2 * 2048)) "$path" 2>/dev/null; }
describe() {
  section bytes; size "$path"
  bytes=$(hex 16 2)
  section descriptors; echo "$bytes"
  set -- $bytes
  section catalogue
  if [ $# = 4096 ]; then shift 2119; hex $((0x$4$3$2$1)) 1; fi
  section sha256
  if [ -s "$path.sum" ]; then value "$path.sum"; echo "$v"; fi
}
print_state() {
  section running; if running; then echo yes; fi
  if [ -e "$path" ]; then
    section complete; echo yes
    describe
  else
    section bytes
    if [ -e "$path.hash" ]; then value "$path.hash"; sed -n 's/^rchar: //p' "/proc/$v/io" 2>/dev/null
    else size "$path.part"
    fi
  fi
  value "$path.exit"; section exit; echo "$v"
  value "$path.status"; section status; echo "$v"
  value "$path.source"; section source; echo "$v"
  clock; value "$path.began"; section began
  [ -z "$v" ] || echo "\${v% *} $((now - \${v#* }))"
  section error; [ -s "$path.error" ] && tail -n 5 "$path.error"
  section end
}
`;

/**
 * Arguments: path, size or nothing, room, patience, `along` or nothing. Its input: the addresses. Starts nothing while it runs or when the
 * file is there.
 */
export const startDownloadScript = `${shellFunctions}${detachedFunction}${sourceFunctions}${downloadFunctions}
path=$1
umask 077
if [ ! -e "$path" ] && ! running; then
  put "$path.urls"
  put "$path.job" <<'JOB'
${job}
JOB
  for f in exit status source error pid sum; do [ ! -e "$path.$f" ] || rm -f "$path.$f"; done
  detached /dev/null sh "$path.job" "$@"
fi
print_state
`;

/** Argument: path. */
export const downloadStateScript = `${shellFunctions}${sourceFunctions}${downloadFunctions}
path=$1
print_state
`;
