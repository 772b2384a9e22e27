import { shellFunctions } from './shell-functions.ts';

/** Arguments: package names. QEMU is in Alpine's community repository, which a rescue system may not have switched on. */
export const apkAddScript = `${shellFunctions}
apk update >&2 || exit 1
if [ -z "$(apk search -e qemu-system-x86_64 2>/dev/null)" ]; then
  community=$(sed -n 's,^\\(https\\{0,1\\}://[^ ]*\\)/main/*$,\\1/community,p' /etc/apk/repositories | head -n 1)
  [ -n "$community" ] && exec apk add --no-cache --repository "$community" "$@" >&2
fi
exec apk add --no-cache "$@" >&2
`;

/** Arguments: package names. */
export const aptAddScript = `${shellFunctions}
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
apt-get -q update >&2
exec apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 install "$@" >&2
`;

/** Arguments: package names. */
export const dnfAddScript = `${shellFunctions}
exec dnf -q -y --setopt=install_weak_deps=False install "$@" >&2
`;
