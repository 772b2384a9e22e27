import { shellFunctions } from './shell-functions.ts';

/**
 * `port_of MAC` sets $port to the port with this MAC, and not to what is built on it. `ipv6 on|off PORT` switches IPv6 with all
 * of its addresses and routes. What comes from our second address leaves by a table of its own, so that both paths work
 * side by side; table 77 has no meaning anywhere.
 */
const pathFunctions = `${shellFunctions}
table=77
port_of() {
  for d in /sys/class/net/*; do
    value "$d/address"
    [ "$v" = "$1" ] || continue
    port=\${d##*/}
    if [ -d "$d/bonding" ] || [ -d "$d/bridge" ] || [ -e "/proc/net/vlan/$port" ]; then continue; fi
    return 0
  done
  port=
  echo "no port has the MAC $1"
  return 1
}
ipv6() {
  knob=/proc/sys/net/ipv6/conf/$2/disable_ipv6
  [ -w "$knob" ] || return 0
  if [ "$1" = off ]; then echo 1 >"$knob"; else echo 0 >"$knob"; fi
}
has_address() { ip -4 addr show dev "$port" 2>/dev/null | grep -qF " $1 "; }
has_rule() { ip rule list 2>/dev/null | grep -F "from $1 " | grep -q "lookup $table"; }
leaves_by() { ip route list $2 2>/dev/null | grep -q "^default via $1 dev $port"; }
exec 2>&1
section said
`;

/** Arguments: MAC, address, prefix, gateway. Adds a second path beside the first one. */
export const addPathScript = `${pathFunctions}
if port_of "$1"; then
  ip link set dev "$port" up
  has_address "$2/$3" || ip addr add "$2/$3" dev "$port"
  ip route replace default via "$4" dev "$port" table "$table"
  has_rule "$2" || ip rule add from "$2" table "$table"
fi
section done
has_address "$2/$3" && leaves_by "$4" "table $table" && has_rule "$2" && echo yes
section end
`;

/** Arguments: MAC and gateway of the second path, MAC of the first one. Everything leaves by the second one; only when it does is the first port emptied. */
export const usePathScript = `${pathFunctions}
if port_of "$1" && ip route replace default via "$2" dev "$port" && leaves_by "$2" && port_of "$3"; then
  ipv6 off "$port"
  ip -4 addr flush dev "$port"
  section done
  ip -4 addr show dev "$port" | grep -q ' inet ' || echo yes
fi
section end
`;

/** Arguments: MAC of the first path, its gateway or nothing, its addresses with prefixes. The first path works again, beside the second one. */
export const returnPathScript = `${pathFunctions}
if port_of "$1"; then
  shift
  gateway=$1
  shift
  ip link set dev "$port" up
  ipv6 on "$port"
  for a in "$@"; do has_address "$a" || ip addr add "$a" dev "$port"; done
  if [ -n "$gateway" ]; then
    ip route replace default via "$gateway" dev "$port" || ip route replace default via "$gateway" dev "$port" onlink
  fi
  section done
  all=yes
  for a in "$@"; do has_address "$a" || all=no; done
  if [ -n "$gateway" ]; then leaves_by "$gateway" || all=no; fi
  [ $all = no ] || echo yes
fi
section end
`;

/** Arguments: MAC, address, prefix. Forgets the second path. */
export const dropPathScript = `${pathFunctions}
ip rule del from "$2" table "$table" 2>/dev/null
ip route flush table "$table" 2>/dev/null
if port_of "$1"; then has_address "$2/$3" && ip addr del "$2/$3" dev "$port"; fi
section done
[ -n "$port" ] && ! has_address "$2/$3" && echo yes
section end
`;
