import { shellFunctions } from './shell-functions.ts';
import { giveBackFunctions } from './vfio.ts';
import { vmFunctions } from './vm.ts';

/**
 * Runs by itself on the server. Arguments: folder, seconds, `ADDRESS=DRIVER` pairs. It counts in uptime, which no clock
 * change moves; `alive` holds the uptime of the last sign of life. A newer timer in the folder or a removed folder ends it.
 */
const timer = `${shellFunctions}${vmFunctions}${giveBackFunctions}
dir=$1 limit=$2
shift 2
uptime_now() { value /proc/uptime; now=\${v%%.*}; }
uptime_now; last=$now
pause=$((limit / 4)); [ "$pause" -gt 5 ] && pause=5; [ "$pause" -lt 1 ] && pause=1
while :; do
  sleep "$pause"
  value "$dir/dead-man.pid"; [ "$v" = "$$" ] || exit 0
  value "$dir/alive"; case $v in '' | *[!0-9]*) ;; *) last=$v ;; esac
  uptime_now
  [ $((now - last)) -gt "$limit" ] && break
done
kill_vm "$dir"
give_back_all "$@"
echo "$now" >"$dir/dead-man-fired"
rm -f "$dir/dead-man.pid"
`;

/** Sets $armed and $fired to 1 or 0; a pid counts only if it is still our timer. */
const stateFunctions = `
timer_pid() {
  value "$dir/dead-man.pid"; pid=$v
  case $pid in '' | *[!0-9]*) pid= ;; esac
  [ -n "$pid" ] && runs_with "$pid" "$dir/dead-man.sh" || pid=
}
touch_alive() { value /proc/uptime; echo "\${v%%.*}" >"$dir/alive"; }
print_state() {
  section dead-man
  timer_pid
  if [ -n "$pid" ]; then echo armed; fi
  if [ -e "$dir/dead-man-fired" ]; then echo fired; fi
  section end
}
`;

/**
 * Arguments: folder, seconds, pairs. Starts the timer unless one runs, cut loose from this SSH session.
 * The pid file is written by the child itself before it becomes the timer, so there is no moment without one.
 */
export const armScript = `${shellFunctions}${stateFunctions}
dir=$1
umask 077
mkdir -p "$dir" && chmod 700 "$dir" || exit 1
touch_alive
timer_pid
if [ -z "$pid" ]; then
  rm -f "$dir/dead-man-fired" "$dir/dead-man.pid"
  cat >"$dir/dead-man.sh" <<'END_OF_TIMER'
${timer}
END_OF_TIMER
  detach=setsid; have setsid || detach=nohup
  $detach sh -c 'echo $$ >"$1/dead-man.pid"; exec sh "$1/dead-man.sh" "$@"' sh "$@" </dev/null >"$dir/dead-man.log" 2>&1 &
  tries=50
  while timer_pid; [ -z "$pid" ] && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
fi
print_state
`;

/** Argument: folder. A sign of life; does nothing in a folder that is gone. */
export const feedScript = `${shellFunctions}${stateFunctions}
dir=$1
[ -d "$dir" ] && touch_alive
print_state
`;

/** Argument: folder. Ends the timer, and only that. */
export const disarmScript = `${shellFunctions}${stateFunctions}
dir=$1
timer_pid
rm -f "$dir/dead-man.pid"
[ -n "$pid" ] && kill "$pid" 2>/dev/null
print_state
`;
