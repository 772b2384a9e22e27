/**
 * What several scripts know about the address of an ISO. It is a line of a curl configuration and gets to curl by its input.
 * `ask_source LINE ARGUMENTS…` calls curl with it; https stays https, whatever it redirects to.
 * `field FILE NAME` sets $field to a header of the last answer, its name being a pattern for both cases; `total_of FILE` sets $total to
 * the size that a partial answer tells of the whole. `size FILE` prints 0 where there is none.
 */
export const sourceFunctions = `
ask_source() {
  line=$1; shift
  case $line in 'url = "https:'*) redir='=https' ;; *) redir='=http,https' ;; esac
  printf '%s\\n' "$line" |
    curl -K - -gsSL --proto '=http,https' --proto-redir "$redir" --max-redirs 5 "$@"
}
field() {
  field=
  [ -r "$1" ] || return 0
  while IFS= read -r v || [ -n "$v" ]; do
    case $v in $2:*) field=\${v#*:} ;; esac
  done <"$1"
  field=\${field#"\${field%%[! ]*}"}
  case $field in *[[:cntrl:]]) field=\${field%?} ;; esac
}
total_of() {
  field "$1" '[Cc]ontent-[Rr]ange'
  total=\${field##*/}
  case $total in *[!0-9]*) total= ;; esac
}
size() {
  if [ -e "$1" ]; then stat -c %s "$1" 2>/dev/null && return; fi
  echo 0
}
`;
