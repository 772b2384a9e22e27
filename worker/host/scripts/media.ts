import { doorFunctions } from './iso-door.ts';
import { downloadFunctions } from './iso-download.ts';
import { sourceFunctions } from './iso-source.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * Argument: folder. Its input: one address. Asks for one byte: that tells the size, and whether parts can be had. Where it does not, the
 * headers alone are asked for. A status of 000 is curl's own word for no answer at all; what it then said is in the section `error`.
 */
export const probeScript = `${shellFunctions}${sourceFunctions}
folder=$1
IFS= read -r source
umask 077
if [ -d "$folder" ]; then chmod 700 "$folder"; else mkdir -p "$folder"; fi
[ ! -L "$folder" ] && [ -O "$folder" ] || exit 1
ask() {
  said=$(ask_source "$source" --connect-timeout 15 --max-time 40 -o /dev/null -D - "$@" -w '\\nstatus %{http_code}\\n' 2>&1)
  status=\${said##*status }
}
tells_size() {
  case $status in 206) name=ange:*/[0-9] ;; 2*) name=ength:*[1-9] ;; *) return 1 ;; esac
  case \${said##*HTTP/} in *[Cc]ontent-[RrLl]$name*) ;; *) return 1 ;; esac
}
ask -r 0-0 --max-filesize 1024
part=$status first=$said
if ! tells_size && [ "$part" != 000 ]; then
  ask -I
  tells_size || { status=$part said=$first; }
fi
error=\${said#*curl: (}
[ "$error" != "$said" ] || error=
section answer; echo "status $status"
section ranges; [ "$part" != 206 ] || echo yes
section headers; printf '%s\\n' "\${said%%curl: (*}"
section error; [ -z "$error" ] || printf '%s\\n' "curl: (\${error%status *}"
section space; df -Pk "$folder"
section end
`;

/** Argument: path. Describes an ISO on the server; reads all of it where its digest is not known. */
export const inspectScript = `${shellFunctions}${sourceFunctions}${downloadFunctions}
path=$1
describe
[ -s "$path.sum" ] || sha256sum "$path"
section end
`;

/** Argument: path. Ends a download that goes on and what serves the file to the VM, and removes all its files, and those of uploads to it. */
export const removeFileScript = `${shellFunctions}${sourceFunctions}${downloadFunctions}${doorFunctions}
path=$1
if running; then kill -TERM -"$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null; fi
close_door
rm -f "$path" "$path".*
`;
