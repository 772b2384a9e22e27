/**
 * What several scripts know about the address of an ISO. It is a line of a curl configuration and gets to curl by its input.
 * `ask_source LINE ARGUMENTS…` calls curl with it; https stays https, whatever it redirects to.
 * `field FILE NAME` prints a header of the last answer; `total_of FILE` the size that a partial answer tells of the whole.
 * `size FILE` is 0 where there is none.
 */
export const sourceFunctions = `
ask_source() {
  line=$1; shift
  case $line in 'url = "https:'*) redir='=https' ;; *) redir='=http,https' ;; esac
  printf '%s\\n' "$line" |
    curl -K - -gsSL --proto '=http,https' --proto-redir "$redir" --max-redirs 5 "$@"
}
field() { tr -d '\\r' <"$1" 2>/dev/null | grep -i "^$2:" | tail -n 1 | sed 's/^[^:]*: *//'; }
total_of() {
  total=$(field "$1" content-range)
  total=\${total##*/}
  case $total in *[!0-9]*) total= ;; esac
  echo "$total"
}
size() { stat -c %s "$1" 2>/dev/null || echo 0; }
now() { date +%s; }
`;
