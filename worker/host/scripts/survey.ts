import { shellFunctions } from './shell-functions.ts';

const cpuAndBoard = `
section os; cat /etc/os-release 2>/dev/null
section kernel; value /proc/sys/kernel/osrelease; kernel=$v; echo "$v"
section cmdline; value /proc/cmdline; echo "$v"
section cpu
value /sys/devices/system/cpu/online; echo "online: $v"
grep -m1 '^model name' /proc/cpuinfo
grep -m1 '^flags' /proc/cpuinfo
section memory; grep -E '^Mem(Total|Available):' /proc/meminfo
section smbios
for f in sys_vendor product_name product_version product_serial product_uuid product_sku product_family; do
  value "/sys/class/dmi/id/$f"; echo "$f$tab$v"
done
section firmware
if [ -d /sys/firmware/efi ]; then echo uefi; else echo bios; fi
section secure-boot
f=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
[ -r "$f" ] && tail -c 1 "$f" | tr '\\001' '1' | tr -dc '1'
echo
section tpm; for f in /sys/class/tpm/tpm*; do [ -e "$f" ] && echo "\${f##*/}"; done
section iommu-class; for f in /sys/class/iommu/*; do [ -e "$f" ] && echo "\${f##*/}"; done
section iommu-groups; for f in /sys/kernel/iommu_groups/*; do [ -e "$f" ] && echo "\${f##*/}"; done
section iommu-reserved
for f in /sys/kernel/iommu_groups/*; do grep -qs ' direct$' "$f/reserved_regions" && echo "\${f##*/}"; done
section vfio
modules=/lib/modules/$kernel
if [ -d /sys/bus/pci/drivers/vfio-pci ]; then echo yes
elif [ ! -e "$modules/modules.dep" ]; then echo unknown
elif grep -qs 'vfio[-_]pci[.]ko' "$modules/modules.dep" "$modules/modules.builtin"; then echo yes
else echo no
fi
`;

const pci = `
section pci
for d in /sys/bus/pci/devices/*; do
  [ -e "$d/class" ] || continue
  value "$d/class"; class=$v
  value "$d/vendor"; vendor=$v
  value "$d/device"; device=$v
  link "$d/driver"; driver=\${l##*/}
  link "$d/iommu_group"; group=\${l##*/}
  echo "\${d##*/}$tab$class$tab$vendor$tab$device$tab$driver$tab$group"
done
`;

const network = `
section nics
for d in /sys/class/net/*; do
  name=\${d##*/}
  value "$d/type"; [ "$v" = 1 ] || continue
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
  echo "$name$tab$mac$tab$permanent$tab$device$tab$driver$tab$carrier$tab$lowers"
done
section addresses; ip -o addr show 2>/dev/null
section routes4; cat /proc/net/route 2>/dev/null
section routes6; cat /proc/net/ipv6_route 2>/dev/null
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
`;

const disks = `
section disks
nodes=
for d in /sys/block/*; do
  name=\${d##*/}
  case $name in loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd* | zd* | drbd* | mtdblock* | mmcblk*boot*) continue ;; esac
  value "$d/hidden"; [ "$v" = 1 ] && continue
  value "$d/size"; size=$v
  [ "\${size:-0}" = 0 ] && continue
  link "$d"; place=$l
  link "$d/device"
  for c in "$l"/nvme[0-9]*; do
    case $place in *virtual/nvme-subsystem*) link "$c"; case $l in */pci*) place=$l ;; esac ;; esac
  done
  value "$d/device/model"; model=$v
  value "$d/device/vendor"; vendor=$v
  value "$d/device/serial"; serial=$v
  [ -z "$serial" ] && { value "$d/serial"; serial=$v; }
  if [ -z "$serial" ] && [ -r "$d/device/vpd_pg80" ]; then
    serial=$(tail -c +5 "$d/device/vpd_pg80" 2>/dev/null | tr -dc ' -~')
  fi
  value "$d/dev"; numbers=$v
  if [ -z "$serial" ] && [ -r "/run/udev/data/b$numbers" ]; then
    serial=$(sed -n 's/^E:ID_SERIAL_SHORT=//p' "/run/udev/data/b$numbers")
  fi
  value "$d/device/wwid"; wwid=$v
  [ -z "$wwid" ] && { value "$d/wwid"; wwid=$v; }
  value "$d/queue/logical_block_size"; logical=$v
  value "$d/queue/physical_block_size"; physical=$v
  echo "$name$tab$numbers$tab$place$tab$size$tab$logical$tab$physical$tab$vendor$tab$model$tab$serial$tab$wwid"
  nodes="$nodes /dev/$name"
  for p in "$d/$name"*; do [ -e "$p/partition" ] && nodes="$nodes /dev/\${p##*/}"; done
done
section block
for d in /sys/block/*; do
  name=\${d##*/}
  for p in "$d" "$d/$name"*; do
    [ -e "$p/dev" ] || continue
    value "$p/dev"; numbers=$v
    value "$p/size"; size=$v
    holders=
    for h in "$p"/holders/*; do [ -e "$h" ] && holders="$holders \${h##*/}"; done
    case $name in loop* | ram* | zram*) continue ;; esac
    echo "\${p##*/}$tab$name$tab$numbers$tab$size$tab$holders"
  done
done
section by-id; ls -l /dev/disk/by-id 2>/dev/null
section blkid; have blkid && [ -n "$nodes" ] && blkid -c /dev/null $nodes 2>/dev/null
section mounts; cat /proc/self/mountinfo
section swaps; cat /proc/swaps
`;

const tools = `
section tools
while [ $# -gt 0 ] && [ "$1" != -- ]; do have "$1" && echo "$1"; shift; done
shift
section ovmf
while [ $# -gt 1 ]; do
  [ -r "$1" ] && [ -r "$2" ] && echo "$1$tab$2"
  shift 2
done
section end
`;

/**
 * The one read-only look at a server. Arguments: tool names, `--`, then pairs of firmware code and variable files.
 * sysfs comes first, so that it works where busybox is all there is.
 */
export const surveyScript = `${shellFunctions}${cpuAndBoard}${pci}${network}${disks}${tools}`;
