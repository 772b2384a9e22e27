import { detachedFunction } from './detached.ts';
import { downloadFunctions } from './iso-download.ts';
import { sourceFunctions } from './iso-source.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * Reads all of an ISO once and keeps nothing but its digest. Argument: path. What has come shows in what sha256sum has read.
 * What has gone into a digest cannot be taken out of it: where one breaks off, the next one begins anew.
 */
const pass = `${shellFunctions}${sourceFunctions}
path=$1
echo $$ >"$path.pid"
exec 3>&-
clock; echo "0 $now" >"$path.began"
attempt() {
  rm -f "$path.pipe"; mkfifo "$path.pipe" || return 23
  sha256sum <"$path.pipe" >"$path.sum.new" &
  hash=$!
  echo "$hash" >"$path.hash"
  status=$(ask_source "$source" -f -D "$path.headers" -o "$path.pipe" -w '%{http_code}' \\
    --connect-timeout 20 --speed-limit 1 --speed-time 30 2>"$path.error")
  code=$?
  [ "$code" = 0 ] || kill "$hash" 2>/dev/null
  wait "$hash"
}
n=0
while IFS= read -r source <&3; do
  n=$((n + 1))
  attempt
  [ "$code" != 0 ] || break
done 3<"$path.urls"
field "$path.headers" '[Ee][Tt][Aa][Gg]'
case $field in W/*) field= ;; esac
[ "$code" != 0 ] || { echo "$n $field" >"$path.tag"; mv "$path.sum.new" "$path.sum"; }
echo "$status" >"$path.status"
echo "$source" >"$path.source"
echo "$code" >"$path.exit"
rm -f "$path.pid" "$path.pipe" "$path.hash"
`;

/**
 * Arguments: path, `verify` or nothing. Its input: the addresses. For an ISO of which nothing is kept: notes where it is, and
 * with `verify` reads it once for its digest. Starts nothing while that goes on or when the digest is there.
 */
export const windowScript = `${shellFunctions}${detachedFunction}${sourceFunctions}${downloadFunctions}
path=$1
umask 077
: >"$path.window"
if [ "$2" = verify ] && [ ! -s "$path.sum" ] && ! running; then
  put "$path.urls"
  put "$path.job" <<'JOB'
${pass}
JOB
  rm -f "$path.exit" "$path.status" "$path.source" "$path.error"
  detached /dev/null sh "$path.job" "$path"
elif [ "$2" != verify ]; then
  put "$path.urls"
fi
section sum; cat "$path.sum" 2>/dev/null
print_state
`;
