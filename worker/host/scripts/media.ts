import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: URL, folder. Asks for the headers, and for one byte where the server dislikes that. A status of 000 is curl's
 * own word for no answer at all; what it then said is in the section `error`.
 */
export const probeScript = `${shellFunctions}
url=$1 folder=$2
case $url in https:*) redir='=https' ;; *) redir='=http,https' ;; esac
umask 077
mkdir -p "$folder" && [ ! -L "$folder" ] && [ -O "$folder" ] && chmod 700 "$folder" || exit 1
ask() {
  curl -gsSL --proto '=http,https' --proto-redir "$redir" --max-redirs 5 --connect-timeout 15 --max-time 40 \\
    -o /dev/null -D "$folder/probe.headers" "$@" --url "$url" 2>"$folder/probe.error" -w 'status %{http_code}\\n'
}
answer=$(ask -I)
case $answer in
  'status 2'*) grep -qi '^content-length:' "$folder/probe.headers" || answer=$(ask -r 0-0) ;;
  *) answer=$(ask -r 0-0) ;;
esac
section answer; echo "$answer"
section headers; cat "$folder/probe.headers" 2>/dev/null
section error; cat "$folder/probe.error" 2>/dev/null
rm -f "$folder/probe.headers" "$folder/probe.error"
section space; df -Pk "$folder"
section end
`;

/** `running` is true while the download that the pid file names goes on. Sets $pid. */
const stateFunctions = `
running() {
  value "$path.pid"; pid=$v
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  runs_with "$pid" "$path"
}
size_of() { [ -e "$1" ] && stat -c %s "$1" 2>/dev/null; }
print_state() {
  section running; if running; then echo yes; fi
  section complete; if [ -e "$path" ]; then echo yes; fi
  section bytes; size_of "$path" || size_of "$path.part" || echo 0
  value "$path.exit"
  section exit; echo "$v"
  section error; tail -n 5 "$path.error" 2>/dev/null
  section end
}
`;

/**
 * Arguments: URL, path. The download belongs to a process of its own that outlives this session; its text is constant and
 * the URL an argument. A part that cannot be resumed (exit codes 22, 33, 36: no such range) is fetched again from the start.
 */
export const startDownloadScript = `${shellFunctions}${stateFunctions}
url=$1 path=$2
umask 077
if [ ! -e "$path" ] && ! running; then
  rm -f "$path.exit" "$path.error" "$path.pid"
  detach=setsid; have setsid || detach=nohup
  $detach sh -c '
    path=$2
    case $1 in https:*) redir="=https" ;; *) redir="=http,https" ;; esac
    echo $$ >"$path.pid"
    fetch() {
      curl -gfsSL --proto "=http,https" --proto-redir "$redir" --max-redirs 5 --connect-timeout 20 --speed-limit 1 --speed-time 60 \\
        --retry 5 --retry-delay 2 -o "$path.part" "$@" 2>"$path.error"
    }
    if [ -s "$path.part" ]; then fetch -C - --url "$1"; else fetch --url "$1"; fi
    code=$?
    case $code in 22 | 33 | 36) if [ -s "$path.part" ]; then rm -f "$path.part"; fetch --url "$1"; code=$?; fi ;; esac
    [ "$code" = 0 ] && { mv "$path.part" "$path" || code=23; }
    echo "$code" >"$path.exit"
    rm -f "$path.pid"
  ' sh "$url" "$path" </dev/null >/dev/null 2>&1 &
  tries=50
  until running || [ -e "$path.exit" ] || [ "$tries" -le 0 ]; do sleep 0.1; tries=$((tries - 1)); done
fi
print_state
`;

/** Argument: path. */
export const downloadStateScript = `${shellFunctions}${stateFunctions}
path=$1
print_state
`;

/**
 * Argument: path. Digest and size of an ISO, its two first volume descriptors (sectors 16 and 17) and its boot catalogue, in
 * hexadecimal. The catalogue's sector stands at byte 71 of sector 17, least significant byte first.
 */
export const inspectScript = `${shellFunctions}
path=$1
hex() { dd if="$path" bs=2048 skip="$1" count="$2" 2>/dev/null | od -An -v -tx1; }
section bytes; stat -c %s "$path"
section descriptors; hex 16 2
set -- $(dd if="$path" bs=1 skip=34887 count=4 2>/dev/null | od -An -v -tu1)
section catalogue
if [ $# = 4 ]; then hex $(($1 + $2 * 256 + $3 * 65536 + $4 * 16777216)) 1; fi
section sha256; sha256sum "$path"
section end
`;

/** Argument: path. Ends a download that goes on, and removes all its files, and those of uploads to it. */
export const removeFileScript = `${shellFunctions}${stateFunctions}
path=$1
if running; then kill -TERM -"$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null; fi
rm -f "$path" "$path.part" "$path.pid" "$path.exit" "$path.error" "$path".up*
`;
