#!/bin/sh
# prepare.sh [--lab] [--browser] [--viewer]: makes a fresh Debian machine able to run the tests, the demo and the lab.
#
# Node packages by `npm ci` when they are missing or older than the lock file; Redis always; with --lab the packages of
# test/lab/packages.txt, with --browser Chromium and fonts, with --viewer a VNC client that is not ours. As root it
# installs what is missing, else it prints the one command that does and exits 1. When nothing is missing it takes well under a second and says nothing.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
log=$root/.lab/prepare.log
mkdir -p "$root/.lab"

# Runs a command with its output in the log, which is shown when the command fails.
quietly() {
  "$@" > "$log" 2>&1 && return
  code=$?
  echo "failed: $*" >&2
  tail -n 40 "$log" >&2
  exit "$code"
}

installed() {
  dpkg -s "$1" 2> /dev/null | grep -q '^Status: install ok installed'
}

# Package names are one word each: the list is built and split by spaces on purpose.
missing=
want() {
  for package in "$@"; do installed "$package" || missing="$missing $package"; done
}

command -v redis-server > /dev/null || command -v valkey-server > /dev/null || missing=" redis-server"
for option in "$@"; do
  case $option in
    --lab) want $(cat test/lab/packages.txt) ;;
    --browser)
      command -v chromium > /dev/null || missing="$missing chromium"
      want fonts-dejavu-core fonts-noto-color-emoji
      ;;
    --viewer) want tigervnc-viewer xvfb ;;
    *)
      echo "prepare.sh: unknown option $option (known: --lab, --browser, --viewer)" >&2
      exit 2
      ;;
  esac
done

if [ -n "$missing" ]; then
  command -v apt-get > /dev/null || {
    echo "These packages are missing, and there is no apt-get to install them:$missing" >&2
    exit 1
  }
  if [ "$(id -u)" != 0 ]; then
    echo "Some packages are missing. Install them, then start again:" >&2
    echo "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends$missing'" >&2
    exit 1
  fi
  echo "Installing$missing (about a minute)"
  quietly apt-get update
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get install -y --no-install-recommends $missing
fi

# npm writes node_modules/.package-lock.json last: it is there and not older only after a whole install.
stamp=node_modules/.package-lock.json
if [ ! -f "$stamp" ] || [ -n "$(find package-lock.json -newer "$stamp")" ]; then
  echo 'Installing Node packages (about 20 s)'
  quietly npm ci
  touch "$stamp"
fi
