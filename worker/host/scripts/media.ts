import { doorFunctions } from './iso-door.ts';
import { downloadFunctions } from './iso-download.ts';
import { sourceFunctions } from './iso-source.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * Argument: folder. Its input: one address. Asks for the headers, and at the same time for one byte: that tells whether parts can be
 * had, and the size where the headers do not. A status of 000 is curl's own word for no answer at all; what it then said is in the section `error`.
 */
export const probeScript = `${shellFunctions}${sourceFunctions}
folder=$1
IFS= read -r source
umask 077
mkdir -p "$folder" && [ ! -L "$folder" ] && [ -O "$folder" ] && chmod 700 "$folder" || exit 1
ask() {
  to=$folder/probe.$1; shift
  ask_source "$source" --connect-timeout 15 --max-time 40 \\
    -o /dev/null -D "$to" "$@" 2>"$to.error" >"$to.answer" -w 'status %{http_code}\\n'
}
tells_size() {
  [ -s "$1" ] || return 1
  while IFS= read -r field; do
    case $field in [Cc]ontent-[Ll]ength:*) return 0 ;; esac
  done <"$1"
  return 1
}
ask head -I &
ask part -r 0-0 --max-filesize 1024
wait
value "$folder/probe.part.answer"; part=$v
value "$folder/probe.head.answer"; answer=$v
told=$folder/probe.head
case $answer in 'status 2'*) tells_size "$told" || answer= ;; *) answer= ;; esac
[ -n "$answer" ] || { answer=$part told=$folder/probe.part; }
section answer; echo "$answer"
section ranges; [ "$part" != 'status 206' ] || echo yes
section headers; [ -s "$told" ] && cat "$told"
section error; [ -s "$told.error" ] && cat "$told.error"
rm -f "$folder"/probe.*
section space; df -Pk "$folder"
section end
`;

/**
 * Argument: path. Digest and size of an ISO, its two first volume descriptors (sectors 16 and 17) and its boot catalogue, in
 * hexadecimal. The catalogue's sector stands at byte 71 of sector 17, least significant byte first.
 */
export const inspectScript = `${shellFunctions}
path=$1
hex() { od -An -v -tx1 -j $(($1 * 2048)) -N $(($2 * 2048)) "$path" 2>/dev/null; }
section bytes; stat -c %s "$path"
section descriptors; hex 16 2
set -- $(od -An -v -tu1 -j 34887 -N 4 "$path" 2>/dev/null)
section catalogue
if [ $# = 4 ]; then hex $(($1 + $2 * 256 + $3 * 65536 + $4 * 16777216)) 1; fi
section sha256
if [ -e "$path" ] && [ -s "$path.sum" ]; then cat "$path.sum"; else sha256sum "$path"; fi
section end
`;

/** Argument: path. Ends a download that goes on and what serves the file to the VM, and removes all its files, and those of uploads to it. */
export const removeFileScript = `${shellFunctions}${sourceFunctions}${downloadFunctions}${doorFunctions}
path=$1
if running; then kill -TERM -"$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null; fi
close_door
rm -f "$path" "$path".*
`;
