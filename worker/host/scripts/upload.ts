import { shellFunctions } from './shell-functions.ts';

/** Argument: where it grows. Prints its size, and the seconds since somebody wrote to it. */
export const uploadStateScript = `${shellFunctions}
file=$1
section bytes; [ -f "$file" ] && stat -c %s "$file"
section idle; [ -f "$file" ] && echo $(($(date +%s) - $(stat -c %Y "$file")))
section end
`;

/**
 * Arguments: where it grew, where it goes, its digest. First it gets another name, which no writer knows, and who still has
 * it open is ended: what is measured stays as it is. Where the digest is another one nothing is left. Repeated, it says the same.
 */
export const finishUploadScript = `${shellFunctions}
file=$1 path=$2 wanted=$3
still="$path.upsum"
[ -f "$file" ] && mv -f "$file" "$still"
if [ -f "$still" ]; then
  for fd in /proc/[0-9]*/fd/*; do
    [ "$fd" -ef "$still" ] || continue
    pid=\${fd#/proc/}
    kill -KILL "\${pid%%/*}"
  done 2>/dev/null
  set -- $(sha256sum "$still")
  sum=\${1#\\\\}
  if [ "$sum" = "$wanted" ]; then mv -f "$still" "$path"; fi
  rm -f "$path".up*
elif [ -f "$path" ]; then
  set -- $(sha256sum "$path")
  sum=\${1#\\\\}
fi
section sha256; echo "$sum"
section bytes; [ -f "$path" ] && stat -c %s "$path"
section end
`;
