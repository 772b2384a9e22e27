/**
 * Shell functions that several scripts begin with. They start no program where the shell can do it itself, since a script runs
 * hundreds of them on a large server, and a program costs ten times what a fork does:
 * `value FILE` sets $v to the first line of a file, `link PATH` sets $l to the folder that a link leads to,
 * `print_file FILE` prints a short file, `put FILE` writes one of what it reads (a character at a time, so neither is for more than some
 * kilobytes), `clock` sets $now to the seconds since the start, which nobody can set otherwise,
 * `runs_with PID TEXT` is true while a process has the text in its arguments; `read` leaves out the zero bytes between them.
 */
export const shellFunctions = `
unset CDPATH
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
LC_ALL=C
export PATH LC_ALL
tab='	'
section() { echo "## xepa $1"; }
have() { command -v "$1" >/dev/null 2>&1; }
value() {
  v=
  if [ -r "$1" ]; then { IFS= read -r v <"$1" || :; } 2>/dev/null; fi
}
link() {
  l=
  if [ -d "$1" ] && cd -P "$1" 2>/dev/null; then l=$PWD; cd /; fi
}
lines() { while IFS= read -r v || [ -n "$v" ]; do printf '%s\\n' "$v"; done; }
print_file() { if [ -r "$1" ]; then lines <"$1"; fi 2>/dev/null; }
put() { lines >"$1"; }
clock() { value /proc/uptime; now=\${v%%.*}; }
runs_with() {
  while IFS= read -r v || [ -n "$v" ]; do
    case $v in *"$2"*) return 0 ;; esac
  done <"/proc/$1/cmdline"
  return 1
} 2>/dev/null
`;
