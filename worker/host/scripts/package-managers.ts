/**
 * What the scripts of `packages.ts` know of each package manager, as shell functions of the same names:
 *
 * `sources` is a list of where packages may come from, tried one after the other: `own` is what the rescue system has
 * itself, `release` its distribution's or the mirror's repositories of the same release, `archive` where old releases go.
 * `use_source WHERE` prepares one, `refresh` reads its lists, `known NAME` is true where it has a package.
 * `locked` sets $holder to who uses the package manager. `settle` finishes what a run that was cut has left.
 * `simulate NAME...` tells how large it would be, `add NAME...` installs, `listed` prints what is installed, a name on each
 * line, and `remove NAME...` removes just that. $dir is a folder of ours, $mirror a base address or empty.
 */

/** Repositories of main and community of the very release, whatever the rescue's own list says: mixing releases breaks QEMU. */
export const apkFunctions = `
sources=release
apk_() { apk --wait 300 --repositories-file "$dir/repositories" "$@"; }
use_source() {
  value /etc/alpine-release
  case $v in *_*) release=edge ;; *) release=v$(echo "$v" | cut -d. -f1,2) ;; esac
  base=$mirror
  [ -n "$base" ] || base=$(sed -nE 's,^(https?://[^ ]*)/(v[0-9.]+|edge|latest-stable)/[a-z]+/*$,\\1,p' /etc/apk/repositories | head -n 1)
  [ -n "$base" ] || base=https://dl-cdn.alpinelinux.org/alpine
  {
    [ -n "$mirror" ] || grep '^/' /etc/apk/repositories
    echo "$base/$release/main"
    echo "$base/$release/community"
  } >"$dir/repositories" 2>/dev/null
}
refresh() { apk_ update; }
known() { [ -n "$(apk_ search -e "$1" 2>/dev/null)" ]; }
locked() { holder_of /lib/apk/db/lock; }
settle() { :; }
simulate() { apk_ add --simulate "$@"; }
add() { apk_ add "$@"; }
listed() { cat /etc/apk/world; }
remove() { apk --wait 300 del "$@"; }
`;

/**
 * Nothing else is upgraded or removed, no question is asked, and settings stay as they are. Where the own lists do not have
 * it, apt reads lists of ours, in a folder of ours: the rescue system's stay untouched.
 */
export const aptFunctions = `
sources='own release archive'
[ -z "$mirror" ] || sources=release
DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
export DEBIAN_FRONTEND APT_LISTCHANGES_FRONTEND NEEDRESTART_SUSPEND
listing=
apt_() {
  program=$1
  shift
  "$program" -q -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 $listing "$@"
}
apt_get() {
  apt_ apt-get -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \\
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
deb() { echo "deb $base $1 $parts"; }
use_source() {
  [ "$1" = own ] && { listing=; return; }
  ID=debian VERSION_CODENAME=
  . /etc/os-release
  [ -n "$VERSION_CODENAME" ] || { echo "The release of $ID has no name."; return 1; }
  case $ID in
    ubuntu) parts='main universe' base=http://archive.ubuntu.com/ubuntu archive=http://old-releases.ubuntu.com/ubuntu ;;
    *) parts=main base=http://deb.debian.org/debian archive=http://archive.debian.org/debian ;;
  esac
  [ -z "$mirror" ] || base=$mirror
  old=
  if [ "$1" = archive ]; then base=$archive old='-o Acquire::Check-Valid-Until=false'; fi
  {
    deb "$VERSION_CODENAME"
    [ "$1" = archive ] || deb "$VERSION_CODENAME-updates"
    [ "$1$ID" != releaseubuntu ] || deb "$VERSION_CODENAME-security"
    [ "$1$ID$mirror" != releasedebian ] || { base=$base-security; deb "$VERSION_CODENAME-security"; }
  } >"$dir/sources.list"
  mkdir -p "$dir/lists/partial"
  listing="-o Dir::Etc::SourceList=$dir/sources.list -o Dir::Etc::SourceParts=- -o Dir::State::Lists=$dir/lists -o APT::Sandbox::User=root $old"
}
refresh() { apt_get update; }
known() { apt_ apt-cache policy "$1" | grep -q 'Candidate: [^(]'; }
locked() { holder_of /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; }
settle() {
  [ -z "$(dpkg --audit)" ] || dpkg --force-confdef --force-confold --configure -a
  apt_get check >/dev/null 2>&1 || apt_get --no-remove -f install
}
simulate() { apt_get -o APT::Get::Assume-No=true -o APT::Get::Assume-Yes=false --no-install-recommends --no-upgrade install "$@"; }
add() { apt_get --no-install-recommends --no-upgrade --no-remove install "$@" && apt_get clean; }
listed() { dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' | sed -n 's/^installed //p'; }
remove() { apt_get purge "$@"; }
`;

/**
 * RHEL and its kin have QEMU under another name, off the path, and without what is not supported there: a link gives it
 * the name that everybody else uses.
 */
export const dnfFunctions = (tool: 'dnf' | 'yum') => `
sources=own
kvm=/usr/libexec/qemu-kvm
link=/usr/local/bin/qemu-system-x86_64
use_source() { :; }
refresh() { ${tool} -y makecache; }
known() { ${tool} -q list "$1" 2>/dev/null | grep -q "^$1\\."; }
locked() { holder_of /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock; }
settle() { :; }
simulate() { ${tool} --setopt=install_weak_deps=False --assumeno install "$@"; }
add() {
  ${tool} -y --setopt=install_weak_deps=False install "$@" || return
  have qemu-system-x86_64 || [ ! -x "$kvm" ] || { mkdir -p "\${link%/*}" && ln -s "$kvm" "$link"; }
}
listed() { rpm -qa --qf '%{NAME}\\n'; }
remove() {
  ${tool} -y --setopt=clean_requirements_on_remove=False remove "$@"
  if [ -L "$link" ] && [ ! -e "$link" ]; then rm -f "$link"; fi
}
`;

export const zypperFunctions = `
sources=own
ZYPP_LOCK_TIMEOUT=300
export ZYPP_LOCK_TIMEOUT
use_source() { :; }
refresh() { zypper -n refresh; }
known() { zypper -n -q search --match-exact "$1" >/dev/null 2>&1; }
locked() { holder_by_pid /run/zypp.pid; }
settle() { :; }
simulate() { zypper -n install --no-recommends --dry-run "$@"; }
add() {
  zypper -n install --no-recommends "$@"
  code=$?
  # From 100 on it tells of something beside that, but for a name that it does not know.
  case $code in 104) return 104 ;; 10[0-9]) return 0 ;; *) return "$code" ;; esac
}
listed() { rpm -qa --qf '%{NAME}\\n'; }
remove() { zypper -n remove --no-clean-deps "$@"; }
`;

/** A lock file that nobody holds open is of a run that was cut. SystemRescue comes without its keyring. */
export const pacmanFunctions = `
sources=own
use_source() { :; }
refresh() {
  [ -s /etc/pacman.d/gnupg/pubring.gpg ] || { pacman-key --init && pacman-key --populate; }
  pacman -Sy --noconfirm
}
known() { pacman -Si "$1" >/dev/null 2>&1; }
locked() { holder_of /var/lib/pacman/db.lck; }
settle() { rm -f /var/lib/pacman/db.lck; }
simulate() { echo n | pacman -S --needed "$@"; }
add() { pacman -S --needed --noconfirm "$@" && rm -f /var/cache/pacman/pkg/*.part; }
listed() { pacman -Qq; }
remove() { pacman -Rn --noconfirm "$@"; }
`;
