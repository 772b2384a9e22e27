/**
 * Shell functions about the dead-man timer of the folder $dir, after those of `shellFunctions`. `find_timer` sets $pids to
 * its processes, whatever has become of the pid file, which names one to people. `timer_state` prints `armed` and `fired`.
 */
export const timerFunctions = `
find_timer() {
  pids=
  for p in /proc/[0-9]*; do
    is_timer "\${p##*/}" && pids="$pids \${p##*/}"
  done
}
touch_alive() { value /proc/uptime; echo "\${v%%.*}" >"$dir/alive"; }
is_timer() {
  value "/proc/$1/comm"
  [ "$v" = sh ] && runs_with "$1" "$dir/dead-man.sh"
}
timer_runs() {
  value "$dir/dead-man.pid"
  case $v in '' | *[!0-9]*) ;; *) is_timer "$v" && return ;; esac
  find_timer
  [ -n "$pids" ]
}
timer_state() {
  if timer_runs; then echo armed; fi
  if [ -e "$dir/dead-man-fired" ]; then echo fired; fi
}
`;
