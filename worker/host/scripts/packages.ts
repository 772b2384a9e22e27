import { detachedFunction } from './detached.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * `holder_of FILE...` sets $holder to the process that has one of them open, `holder_by_pid FILE` to the one that a file
 * names: `unattended-upgr (812)`. Both are false where there is none. Locks are files; whoever has one holds it open.
 */
const holderFunctions = `
name_holder() { value "/proc/$1/comm"; holder="$v ($1)"; [ -n "$v" ]; }
holder_of() {
  for fd in /proc/[0-9]*/fd/*; do
    for file in "$@"; do
      [ "$fd" -ef "$file" ] || continue
      pid=\${fd#/proc/}; name_holder "\${pid%%/*}" && return
    done
  done
  holder=
  return 1
} 2>/dev/null
holder_by_pid() {
  value "$1"
  case $v in '' | *[!0-9]*) return 1 ;; esac
  name_holder "$v"
}
`;

/**
 * The work itself, in a process of its own. Arguments: folder, `look` or `add`, mirror or empty, then for `look` a word for
 * each need, `qemu=NAME|NAME`, or `swtpm?=NAME` where it can be done without; for `add` the names of packages.
 * Leaves behind: `phase` and `holder` for people, `found` and `unknown` (what `look` found out), `simulation`, `added`.
 */
const job = (functions: string) => `
exec 3>&-
${shellFunctions}${holderFunctions}
dir=$1 action=$2 mirror=$3
shift 3
umask 022
${functions}
phase() { echo "$1" >"$dir/phase"; }
wait_for_lock() {
  while locked; do phase lock; echo "$holder" >"$dir/holder"; sleep 2; done
}
resolve() {
  : >"$dir/found"; : >"$dir/unknown"
  for need in "$@"; do
    names=\${need#*=} need=\${need%%=*} name=
    while [ -n "$names" ]; do
      name=\${names%%|*}
      case $names in *'|'*) names=\${names#*|} ;; *) names= ;; esac
      known "$name" && break
      name=
    done
    if [ -n "$name" ]; then echo "$name" >>"$dir/found"
    else case $need in *'?') ;; *) echo "$need" >>"$dir/unknown" ;; esac
    fi
  done
  [ ! -s "$dir/unknown" ]
}
look() {
  code=1
  : >"$dir/found"; echo "$*" >"$dir/unknown"
  for source in $sources; do
    phase lists
    use_source "$source" || continue
    echo "$source" >"$dir/source"
    refresh; code=$?
    resolve "$@" && break
  done
  if [ -s "$dir/unknown" ]; then [ "$code" = 0 ] && return 4; return 3; fi
  phase size
  set -- $(cat "$dir/found")
  simulate "$@" >"$dir/simulation" 2>&1
  return 0
}
install() {
  value "$dir/source"; use_source "$v"
  [ -e "$dir/before" ] || { listed | sort -u >"$dir/before.new" && mv "$dir/before.new" "$dir/before"; }
  phase packages
  add "$@"
  code=$?
  listed | sort -u >"$dir/after"
  sort "$dir/before" "$dir/before" "$dir/after" | uniq -u >"$dir/added"
  return "$code"
}
wait_for_lock
phase settle
settle
if [ "$action" = look ]; then look "$@"; else install "$@"; fi
echo "$?" >"$dir/exit"
`;

const stateFunctions = `
running() {
  value "$dir/pid"; pid=$v
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  runs_with "$pid" "$dir/job.sh"
}
text_of() { section "$1"; cat "$dir/$1" 2>/dev/null; }
print_state() {
  section running; if running; then echo yes; fi
  for name in action phase holder exit found unknown simulation added; do text_of "$name"; done
  section log; tail -n 40 "$dir/log" 2>/dev/null
  section space; df -Pk /usr /var 2>/dev/null
  section memory; grep '^MemAvailable:' /proc/meminfo
  section end
}
`;

/** Arguments as for the job. Starts it unless one runs, cut loose from this SSH session; it is seen to run by then. */
export const startPackagesScript = (functions: string): string => `${shellFunctions}${detachedFunction}${stateFunctions}
dir=$1
umask 077
mkdir -p "$dir" && chmod 700 "$dir" || exit 1
if ! running; then
  rm -f "$dir/exit" "$dir/phase" "$dir/holder" "$dir/pid"
  echo "$2" >"$dir/action"
  cat >"$dir/job.sh" <<'END_OF_JOB'
${job(functions)}
END_OF_JOB
  detached "$dir/log" sh -c 'echo $$ >"$1/pid"; exec sh "$1/job.sh" "$@"' sh "$@"
fi
print_state
`;

/** Argument: folder. */
export const packagesStateScript = `${shellFunctions}${stateFunctions}
dir=$1
print_state
`;

/**
 * Arguments: folder, then names that were to be added. Ends a job that runs, and removes what it added: what the job wrote
 * down, or where it was cut, what is there now and was not before, or where that is lost too, those names.
 */
export const removePackagesScript = (functions: string): string => `${shellFunctions}${holderFunctions}${stateFunctions}
dir=$1 mirror=
shift
[ -d "$dir" ] || [ $# -gt 0 ] || exit 0
umask 077
${functions}
if running; then
  kill -TERM -"$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null
  tries=100
  while running && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
fi
tries=60
while locked && [ "$tries" -gt 0 ]; do sleep 1; tries=$((tries - 1)); done
mkdir -p "$dir" || exit 1
settle >&2
listed | sort -u >"$dir/now"
if [ -s "$dir/before" ]; then sort "$dir/before" "$dir/before" "$dir/now" | uniq -u >"$dir/mine"
else printf '%s\\n' "$@" >"$dir/mine"
fi
[ -s "$dir/added" ] && sort -u "$dir/added" >"$dir/mine"
set -- $(sort "$dir/mine" "$dir/now" | uniq -d)
if [ $# -gt 0 ]; then
  remove "$@" >&2
  listed | sort -u >"$dir/now"
  left=$(sort "$dir/mine" "$dir/now" | uniq -d)
  if [ -n "$left" ]; then echo "still there: $left" >&2; exit 1; fi
fi
rm -rf "$dir"
`;
