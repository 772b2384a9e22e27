import { detachedFunction } from './detached.ts';
import { shellFunctions } from './shell-functions.ts';
import { timerFunctions } from './timer-functions.ts';
import { giveBackFunctions } from './vfio.ts';
import { vmFunctions } from './vm.ts';

/** `sh` reads a script bit by bit, so all of it is one function: whatever happens to the file later, it is in memory. */
const wrapped = (body: string) => `main() {\n${body}\n}\nmain "$@"\nexit\n`;

/** `has_route`: a network can be left by here. */
const routeFunctions = `
has_route() {
  while read -r _ to _; do
    if [ "$to" = 00000000 ]; then return 0; fi
  done </proc/net/route
  grep -E '^0{32} 00 0{32} 00 ' /proc/net/ipv6_route | grep -qv ' lo$'
} 2>/dev/null
`;

/**
 * Runs by itself on the server. Arguments: folder, seconds, `reboot` or `stay`, `ADDRESS=DRIVER` pairs. It ends by a
 * signal, or when it has acted: no file that is lost or changed ends it or puts it off. `alive` holds the uptime of the last
 * sign of life; one of the future is none. The kernel takes its memory from others first.
 */
const timer = wrapped(`
${shellFunctions}${vmFunctions}${giveBackFunctions}${routeFunctions}
say() { echo "xepa: $*"; echo "xepa: $*" >/dev/kmsg; } 2>/dev/null
{ echo -1000 >"/proc/$$/oom_score_adj"; } 2>/dev/null
echo $$ >"$1/dead-man.pid"
exec 3>&-
dir=$1 limit=$2 last_resort=$3
shift 3
routed=no; has_route && routed=yes
clock; last=$now
pause=$((limit / 4)); [ "$pause" -gt 5 ] && pause=5; [ "$pause" -lt 1 ] && pause=1
while [ $((now - last)) -le "$limit" ]; do
  sleep "$pause"
  clock
  value "$dir/alive"
  case $v in '' | *[!0-9]* | ??????????*) continue ;; esac
  [ "$v" -gt "$last" ] && [ "$v" -le "$now" ] && last=$v
done
say "no sign of life for $limit seconds: the VM ends, and its hardware goes back to this system"
mkdir -p "$dir" && echo "$now" >"$dir/dead-man-fired"
kill_vm "$dir"
tries=30
until give_back_all "$@"; [ -z "$lost" ] && { [ "$routed" = no ] || has_route; } || [ "$tries" -le 0 ]; do
  sleep 2; tries=$((tries - 1))
done
rm -f "$dir/dead-man.pid"
if [ "$tries" -gt 0 ]; then say 'all of it is back'; return; fi
say "this did not come back:\${lost:- the network}"
[ "$last_resort" = reboot ] || return
say 'restarting, for that is all that is left'
sync & sleep 5
echo 1 >/proc/sys/kernel/sysrq
echo b >/proc/sysrq-trigger
sleep 2
reboot -f
`);

const printState = `
section dead-man; timer_state
section end
`;

/** Arguments: folder, seconds, `reboot` or `stay`, pairs. Starts the timer unless one runs, cut loose from this SSH session. */
export const armScript = `${shellFunctions}${detachedFunction}${timerFunctions}
dir=$1
umask 077
mkdir -p "$dir" && chmod 700 "$dir" || exit 1
touch_alive
find_timer
if [ -z "$pids" ]; then
  [ ! -e "$dir/dead-man-fired" ] || rm -f "$dir/dead-man-fired"
  put "$dir/dead-man.sh" <<'END_OF_TIMER' || exit 1
${timer}
END_OF_TIMER
  detached "$dir/dead-man.log" sh "$dir/dead-man.sh" "$@"
fi
${printState}`;

/** Argument: folder. A sign of life; does nothing in a folder that is gone. */
export const feedScript = `${shellFunctions}${timerFunctions}
dir=$1
[ -d "$dir" ] && touch_alive
${printState}`;

/** Argument: folder. Ends the timer, and only that. */
export const disarmScript = `${shellFunctions}${timerFunctions}
dir=$1
find_timer
rm -f "$dir/dead-man.pid"
[ -n "$pids" ] && kill $pids 2>/dev/null
${printState}`;
