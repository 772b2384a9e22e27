/**
 * Shell functions about the dead-man timer of the folder $dir, after those of `shellFunctions`. `find_timer` sets $pids to
 * its processes, whatever has become of the pid file, which names one to people. `timer_state` prints `armed` and `fired`.
 */
export const timerFunctions = `
find_timer() {
  pids=
  for p in /proc/[0-9]*; do
    value "$p/comm"
    [ "$v" = sh ] && runs_with "\${p##*/}" "$dir/dead-man.sh" && pids="$pids \${p##*/}"
  done
}
touch_alive() { value /proc/uptime; echo "\${v%%.*}" >"$dir/alive"; }
timer_state() {
  find_timer
  if [ -n "$pids" ]; then echo armed; fi
  if [ -e "$dir/dead-man-fired" ]; then echo fired; fi
}
`;
