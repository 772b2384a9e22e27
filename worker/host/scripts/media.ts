import { doorFunctions } from './iso-door.ts';
import { downloadFunctions } from './iso-download.ts';
import { sourceFunctions } from './iso-source.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * Argument: folder. Its input: one address. Asks for the headers, and for one byte: that tells whether parts can be had, and the
 * size where the headers do not. A status of 000 is curl's own word for no answer at all; what it then said is in the section `error`.
 */
export const probeScript = `${shellFunctions}${sourceFunctions}
folder=$1
IFS= read -r source
umask 077
mkdir -p "$folder" && [ ! -L "$folder" ] && [ -O "$folder" ] && chmod 700 "$folder" || exit 1
ask() {
  ask_source "$source" --connect-timeout 15 --max-time 40 \\
    -o /dev/null -D "$folder/probe.headers" "$@" 2>"$folder/probe.error" -w 'status %{http_code}\\n'
}
answer=$(ask -I)
case $answer in
  'status 2'*) grep -qi '^content-length:' "$folder/probe.headers" && cp "$folder/probe.headers" "$folder/probe.head" ;;
esac
[ "$answer" = 'status 000' ] || part=$(ask -r 0-0 --max-filesize 1024)
[ -s "$folder/probe.head" ] || answer=\${part:-$answer}
section answer; echo "$answer"
section ranges; [ "$part" != 'status 206' ] || echo yes
section headers; if [ -s "$folder/probe.head" ]; then cat "$folder/probe.head"; else cat "$folder/probe.headers" 2>/dev/null; fi
section error; cat "$folder/probe.error" 2>/dev/null
rm -f "$folder/probe.headers" "$folder/probe.head" "$folder/probe.error"
section space; df -Pk "$folder"
section end
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
