import { shellFunctions } from './shell-functions.ts';

/**
 * `vm_pid DIR` sets $pid to the process that the pid file names, if that is a QEMU of this very folder.
 * `kill_vm DIR` asks it to end, waits up to 20 s, and only then insists.
 */
export const vmFunctions = `
vm_pid() {
  value "$1/qemu.pid"; pid=\${v%% *}
  case $pid in '' | *[!0-9]*) pid=; return ;; esac
  value "/proc/$pid/comm"
  case $v in qemu*) ;; *) pid=; return ;; esac
  runs_with "$pid" "$1/qemu.pid" || pid=
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
 * QEMU detaches by itself once its sockets listen. VFIO pins all guest memory, hence no limit on locked memory.
 */
export const launchScript = `${shellFunctions}${vmFunctions}
dir=$1 template=$2
shift 2
umask 077
mkdir -p "$dir" && chmod 700 "$dir" || exit 1
vm_pid "$dir"
status=0
if [ -z "$pid" ]; then
  ulimit -l unlimited 2>/dev/null
  if [ -n "$template" ] && [ ! -s "$dir/vars.fd" ]; then
    cp "$template" "$dir/vars.fd.new" && mv "$dir/vars.fd.new" "$dir/vars.fd" || exit 1
  fi
  "$@" </dev/null >"$dir/qemu.log" 2>&1
  status=$?
  vm_pid "$dir"
fi
section status; echo "$status"
section pid; echo "$pid"
section log; tail -n 20 "$dir/qemu.log" 2>/dev/null
section end
`;

/**
 * Arguments: folder, then `feed` if the dead-man timer is to be fed in the same round trip. The serial logs lie in memory:
 * of more than 4 MiB the last one is kept. QEMU appends, so it goes on behind what is left.
 */
export const vmStateScript = `${shellFunctions}${vmFunctions}
dir=$1
if [ "$2" = feed ] && [ -d "$dir" ]; then value /proc/uptime; echo "\${v%%.*}" >"$dir/alive"; fi
for f in "$dir/serial0.log" "$dir/serial1.log"; do
  size=$(stat -c %s "$f" 2>/dev/null) || size=0
  if [ "$size" -gt 4194304 ]; then tail -c 1048576 "$f" >"$f.end" && cat "$f.end" >"$f"; rm -f "$f.end"; fi
done
section pid; vm_pid "$dir"; echo "$pid"
section fired; if [ -e "$dir/dead-man-fired" ]; then echo yes; fi
section log; tail -n 20 "$dir/qemu.log" 2>/dev/null
section end
`;

/** Argument: folder. */
export const killVmScript = `${shellFunctions}${vmFunctions}
kill_vm "$1"
section pid; vm_pid "$1"; echo "$pid"
section end
`;
