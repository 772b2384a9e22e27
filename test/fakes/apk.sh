#!/bin/sh
# Stands in for Alpine's apk, with its state: /etc/apk/world is what was asked for, /lib/apk/db/installed what is there.
# What repositories have stands in /srv/repositories, a line each: ADDRESS NAME [DEPENDENCY]...
installed=/lib/apk/db/installed
world=/etc/apk/world
repositories=/etc/apk/repositories
while :; do
  case $1 in
    --wait) shift 2 ;;
    --repositories-file) repositories=$2; shift 2 ;;
    *) break ;;
  esac
done
command=$1
shift
echo "$command $*" >> /srv/calls

# The line of a package in the repositories that are switched on.
offer() {
  while read -r address; do
    case $address in http*) ;; *) continue ;; esac
    awk -v a="$address" -v n="$1" '$1 == a && $2 == n { print; exit }' /srv/repositories
  done < "$repositories" | head -n 1
}
has() { grep -qxF -- "$1" "$2"; }

install_one() {
  has "$1" "$installed" && return
  for dependency in $(offer "$1" | cut -d' ' -f3-); do install_one "$dependency"; done
  echo "Installing $1 (1.0-r0)"
  [ -n "$simulate" ] || echo "$1" >> "$installed"
}

needed() {
  echo "$1"
  for dependency in $(awk -v n="$1" '$2 == n { for (i = 3; i <= NF; i++) print $i; exit }' /srv/repositories); do
    needed "$dependency"
  done
}

case $command in
  update)
    failed=0
    while read -r address; do
      case $address in http*) ;; *) continue ;; esac
      if grep -q "^$address " /srv/repositories; then echo "fetch $address/x86_64/APKINDEX.tar.gz"
      else echo "WARNING: fetching $address: temporary error (try again later)" >&2; failed=$((failed + 1)); fi
    done < "$repositories"
    exit "$failed"
    ;;
  search)
    [ "$1" = -e ] && shift
    line=$(offer "$1")
    [ -z "$line" ] || echo "$1-1.0-r0"
    ;;
  add)
    simulate=
    [ "$1" = --simulate ] && { simulate=yes; shift; }
    for name in "$@"; do
      [ -n "$(offer "$name")" ] || has "$name" "$installed" || missing="$missing $name"
    done
    if [ -n "$missing" ]; then
      echo 'ERROR: unable to select packages:' >&2
      for name in $missing; do printf '  %s (no such package):\n    required by: world[%s]\n' "$name" "$name" >&2; done
      exit 1
    fi
    for name in "$@"; do
      install_one "$name"
      [ -n "$simulate" ] || has "$name" "$world" || echo "$name" >> "$world"
    done
    echo "OK: 120 MiB in $(grep -c . "$installed") packages"
    ;;
  del)
    for name in "$@"; do grep -vxF -- "$name" "$world" > "$world.new"; mv "$world.new" "$world"; done
    while read -r name; do needed "$name"; done < "$world" | sort -u > "$installed.new"
    sort -u "$installed" | while read -r name; do has "$name" "$installed.new" || echo "Purging $name (1.0-r0)"; done
    mv "$installed.new" "$installed"
    ;;
  *) exit 1 ;;
esac
