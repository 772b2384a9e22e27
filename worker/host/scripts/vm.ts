import { shellFunctions } from './shell-functions.ts';
import { timerFunctions } from './timer-functions.ts';

/**
 * `vm_pid DIR` sets $pid to the QEMU of this very folder: the one that the pid file names, or where that is lost, any.
 * `kill_vm DIR` asks it to end, waits up to 20 s, and only then insists; the emulator of its TPM goes with it, and what that kept.
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
tpm_pid() {
  value "$1/swtpm.pid"; pid=\${v%% *}
  case $pid in '' | *[!0-9]*) pid=; return ;; esac
  value "/proc/$pid/comm"
  case $v in swtpm*) ;; *) pid=; return ;; esac
  runs_with "$pid" "$1/swtpm.pid" || pid=
}
end_tpm() {
  tries=25
  while tpm_pid "$1"; [ -n "$pid" ] && [ "$tries" -gt 0 ]; do
    kill -TERM "$pid" 2>/dev/null; sleep 0.2; tries=$((tries - 1))
  done
  [ -n "$pid" ] && kill -KILL "$pid" 2>/dev/null
  rm -rf "$1/tpm" "$1/tpm.sock" "$1/swtpm.pid"
}
kill_vm() {
  end_qemu "$1"
  vm_pid "$1"
  if [ -z "$pid" ] && [ -d "$1" ]; then end_tpm "$1"; fi
}
end_qemu() {
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
 * Arguments: folder, template of the firmware variables or empty, names of ACPI tables between spaces, `tpm` or empty, then
 * the whole QEMU command line. QEMU detaches by itself once its sockets listen; the tables are in its memory then, and their
 * copies are removed. The TPM's emulator ends by itself when QEMU does. Where the dead-man timer has acted, nothing is started.
 * VFIO pins all guest memory, hence no limit on locked memory.
 */
export const launchScript = `${shellFunctions}${vmFunctions}${timerFunctions}
dir=$1 template=$2 tables=$3 tpm=$4
shift 4
umask 077
[ -d "$dir" ] || mkdir -p "$dir"
chmod 700 "$dir" || exit 1
vm_pid "$dir"
status=0
if [ -z "$pid" ] && [ ! -e "$dir/dead-man-fired" ]; then
  ulimit -l unlimited 2>/dev/null
  if [ -n "$template" ] && [ ! -s "$dir/vars.fd" ]; then
    cp "$template" "$dir/vars.fd.new" && mv "$dir/vars.fd.new" "$dir/vars.fd" || exit 1
  fi
  : >"$dir/qemu.log"
  for t in $tables; do
    cat "/sys/firmware/acpi/tables/$t" >"$dir/acpi-$t" 2>>"$dir/qemu.log" || status=1
  done
  if [ "$tpm" = tpm ]; then
    tpm_pid "$dir"
    if [ -z "$pid" ]; then
      mkdir -p "$dir/tpm" && rm -f "$dir/tpm.sock"
      swtpm socket --tpm2 --daemon --terminate --pid "file=$dir/swtpm.pid" --tpmstate "dir=$dir/tpm,mode=0600" \\
        --ctrl "type=unixio,path=$dir/tpm.sock,mode=0600" </dev/null >>"$dir/qemu.log" 2>&1 || status=1
    fi
  fi
  if [ "$status" = 0 ]; then
    "$@" </dev/null >>"$dir/qemu.log" 2>&1
    status=$?
  fi
  [ -z "$tables" ] || rm -f "$dir"/acpi-*
  touch_alive
  vm_pid "$dir"
fi
section status; echo "$status"
section pid; echo "$pid"
section dead-man; timer_state
section log; [ -s "$dir/qemu.log" ] && tail -n 20 "$dir/qemu.log"
section end
`;

/**
 * Arguments: folder, then `feed` if the dead-man timer is to be fed in the same round trip. The logs lie in memory: of more
 * than 4 MiB the last one is kept. QEMU appends, so it goes on behind what is left. Of its events only those of resets and ends count.
 */
export const vmStateScript = `${shellFunctions}${vmFunctions}${timerFunctions}
dir=$1
if [ "$2" = feed ] && [ -d "$dir" ]; then touch_alive; fi
set --
for f in "$dir/serial0.log" "$dir/serial1.log" "$dir/events.log"; do [ ! -s "$f" ] || set -- "$@" "$f"; done
[ $# = 0 ] || stat -c '%s %n' "$@" 2>/dev/null | while read -r size f; do
  if [ "$size" -gt 4194304 ]; then tail -c 1048576 "$f" >"$f.end" && cat "$f.end" >"$f"; rm -f "$f.end"; fi
done
section pid; vm_pid "$dir"; echo "$pid"
section clock; date +%s
section events
[ -s "$dir/events.log" ] && grep -e '"RESET"' -e '"SHUTDOWN"' -e '"RESUME"' "$dir/events.log" | tail -n 200
section dead-man; timer_state
section log; [ -s "$dir/qemu.log" ] && tail -n 20 "$dir/qemu.log"
section end
`;

/** Argument: folder. */
export const killVmScript = `${shellFunctions}${vmFunctions}
kill_vm "$1"
section pid; vm_pid "$1"; echo "$pid"
section end
`;
