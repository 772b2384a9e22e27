/**
 * Interfaces of Ethernet, and of IP over InfiniBand, which nobody is given but which may carry our connection; what they stand on,
 * addresses, routes, and which way leads back to us, and to servers whose file systems are mounted (NFS, CIFS).
 */
export const networkScript = `
section nics
for d in /sys/class/net/*; do
  name=\${d##*/}
  value "$d/type"; type=$v
  case $type in 1 | 32) ;; *) continue ;; esac
  value "$d/address"; mac=$v
  value "$d/addr_assign_type"; assigned=$v
  value "$d/carrier"; carrier=$v
  link "$d/device"; device=$l
  link "$d/device/driver"; driver=\${l##*/}
  value "$d/bonding_slave/perm_hwaddr"; permanent=$v
  if [ -z "$permanent" ] && [ -n "$device" ] && [ "$assigned" != 0 ] && have ethtool; then
    permanent=$(ethtool -P "$name" 2>/dev/null); permanent=\${permanent##* }
  fi
  lowers=
  for lower in "$d"/lower_*; do [ -e "$lower" ] && lowers="$lowers \${lower##*/lower_}"; done
  value "$d/speed"; speed=$v
  value "$d/mtu"; mtu=$v
  link "$d/master"; master=\${l##*/}
  value "$d/bonding/mode"; mode=$v
  kind=other
  value "/proc/net/vlan/$name"; vlan=$v
  if [ "$type" = 32 ]; then :
  elif [ -n "$device" ]; then kind=physical
  elif [ -n "$mode" ]; then kind=bond
  elif [ -d "$d/bridge" ]; then kind=bridge
  elif [ -n "$vlan" ]; then kind=vlan
  fi
  echo "$name$tab$mac$tab$permanent$tab$device$tab$driver$tab$carrier$tab$lowers$tab$kind$tab$speed$tab$mtu$tab$master$tab$mode$tab"$vlan
done
section addresses; ip -o addr show 2>/dev/null
section routes4; print_file /proc/net/route
section routes6; print_file /proc/net/ipv6_route
section nameservers; grep -hs '^nameserver' /etc/resolv.conf /run/systemd/resolve/resolv.conf
connection=\${SSH_CONNECTION:-}
pid=$$ hops=0
while [ -z "$connection" ] && [ "$pid" -gt 1 ] && [ "$hops" -lt 10 ]; do
  connection=$(tr '\\000' '\\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^SSH_CONNECTION=//p')
  pid=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$pid/status" 2>/dev/null); pid=\${pid:-0}
  hops=$((hops + 1))
done
section ssh; echo "$connection"
section route-back
peer=\${connection%% *}
[ -n "$peer" ] && ip -o route get "\${peer%%\\%*}" 2>/dev/null
while IFS= read -r v; do
  case $v in *,addr=*) v=\${v##*,addr=}; ip -o route get "\${v%%,*}" ;; esac
done 2>/dev/null </proc/self/mountinfo
`;
