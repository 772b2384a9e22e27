import { shellFunctions } from './shell-functions.ts';
import { timerFunctions } from './timer-functions.ts';

/**
 * `vm_pid DIR` sets $pid to the QEMU of this very folder: the one that the pid file names, or where that is lost, any.
 * `kill_vm DIR` asks it to end, waits up to 20 s, and only then insists.
 */
export const vmFunctions = `
is_vm() {
  value "/proc/$1/comm"
  case $v in qemu*) runs_with "$1" "$2/qemu.pid" ;; *) return 1 ;; esac
}
vm_pid() {
  value "$1/qemu.pid"; pid=\${v%% *}
  case $pid in '' | *[!0-9]*) ;; *) is_vm "$pid" "$1" && return ;; esac
  for p in /proc/[0-9]*; do
    pid=\${p##*/}
    is_vm "$pid" "$1" && return
  done
  pid=
}
kill_vm() {
  vm_pid "$1"
  [ -n "$pid" ] || return 0
  kill -TERM "$pid" 2>/dev/null
  tries=100
  while vm_pid "$1"; [ -n "$pid" ] && [ "$tries" -gt 0 ]; do sleep 0.2; tries=$((tries - 1)); done
  [ -n "$pid" ] || return 0
  kill -KILL "$pid" 2>/dev/null
  tries=50
  while vm_pid "$1"; [ -n "$pid" ] && [ "$tries" -gt 0 ]; do sleep 0.2; tries=$((tries - 1)); done
}
`;

/**
 * Arguments: folder, template of the firmware variables or empty, then the whole QEMU command line.
 * QEMU detaches by itself once its sockets listen. Where the dead-man timer has acted, nothing is started. VFIO pins all guest memory, hence no limit on locked memory.
 */
export const launchScript = `${shellFunctions}${vmFunctions}${timerFunctions}
dir=$1 template=$2
shift 2
umask 077
mkdir -p "$dir" && chmod 700 "$dir" || exit 1
vm_pid "$dir"
status=0
if [ -z "$pid" ] && [ ! -e "$dir/dead-man-fired" ]; then
  ulimit -l unlimited 2>/dev/null
  if [ -n "$template" ] && [ ! -s "$dir/vars.fd" ]; then
    cp "$template" "$dir/vars.fd.new" && mv "$dir/vars.fd.new" "$dir/vars.fd" || exit 1
  fi
  "$@" </dev/null >"$dir/qemu.log" 2>&1
  status=$?
  touch_alive
  vm_pid "$dir"
fi
section status; echo "$status"
section pid; echo "$pid"
section dead-man; timer_state
section log; tail -n 20 "$dir/qemu.log" 2>/dev/null
section end
`;

/**
 * Arguments: folder, then `feed` if the dead-man timer is to be fed in the same round trip. The serial logs lie in memory:
 * of more than 4 MiB the last one is kept. QEMU appends, so it goes on behind what is left.
 */
export const vmStateScript = `${shellFunctions}${vmFunctions}${timerFunctions}
dir=$1
if [ "$2" = feed ] && [ -d "$dir" ]; then touch_alive; fi
for f in "$dir/serial0.log" "$dir/serial1.log"; do
  size=$(stat -c %s "$f" 2>/dev/null) || size=0
  if [ "$size" -gt 4194304 ]; then tail -c 1048576 "$f" >"$f.end" && cat "$f.end" >"$f"; rm -f "$f.end"; fi
done
section pid; vm_pid "$dir"; echo "$pid"
section dead-man; timer_state
section log; tail -n 20 "$dir/qemu.log" 2>/dev/null
section end
`;

/** Argument: folder. */
export const killVmScript = `${shellFunctions}${vmFunctions}
kill_vm "$1"
section pid; vm_pid "$1"; echo "$pid"
section end
`;
