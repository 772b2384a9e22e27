/** Board, firmware, processor, memory, and the rescue system itself. */
export const machineScript = `
section os; print_file /etc/os-release
section kernel; value /proc/sys/kernel/osrelease; kernel=$v; echo "$v"
section architecture; value /proc/sys/kernel/arch; [ -n "$v" ] || v=$(uname -m); echo "$v"
section cmdline; value /proc/cmdline; echo "$v"
section init
value /proc/1/comm; echo "$v"
for d in systemd openrc; do [ -d "/run/$d" ] && echo "$d"; done
section cpu
value /sys/devices/system/cpu/online; echo "online: $v"
grep -E '^(model name|flags|vmx flags|cpu cores|siblings|address sizes|physical id)[[:space:]]*:' /proc/cpuinfo | sort -u | {
  sockets=0 last=
  while IFS= read -r v; do
    case $v in 'physical id'*) sockets=$((sockets + 1)); continue ;; esac
    [ "\${v%%:*}" = "$last" ] || echo "$v"
    last=\${v%%:*}
  done
  echo "sockets: $sockets"
}
section numa
for d in /sys/devices/system/node/node[0-9]*; do
  [ -d "$d" ] || continue
  value "$d/cpulist"; list=$v
  value "$d/meminfo"; echo "\${d##*/node}$tab$list$tab$v"
done
section memory; grep -E '^(Mem(Total|Available)|HugePages_(Total|Free)|Hugepagesize):' /proc/meminfo
section smbios
for f in sys_vendor product_name product_version product_serial product_uuid product_sku product_family \\
  bios_vendor bios_version bios_date bios_release board_vendor board_name board_version board_serial board_asset_tag \\
  chassis_vendor chassis_type chassis_version chassis_serial chassis_asset_tag; do
  value "/sys/class/dmi/id/$f"; echo "$f$tab$v"
done
section firmware
if [ -d /sys/firmware/efi ]; then echo uefi; else echo bios; fi
section secure-boot
f=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
[ -r "$f" ] && tail -c 1 "$f" | tr '\\001' '1' | tr -dc '1'
echo
section boot-variables
entries=0
for f in /sys/firmware/efi/efivars/Boot*-8be4df61-93ca-11d2-aa0d-00e098032b8c; do
  [ -r "$f" ] && [ "$entries" -lt 64 ] || continue
  entries=$((entries + 1)) name=\${f##*/}
  echo "\${name%%-*}$tab"$(od -An -v -tx1 -N 1024 "$f" 2>/dev/null)
done
section tpm
for f in /sys/class/tpm/tpm*; do
  [ -e "$f" ] || continue
  value "$f/tpm_version_major"; name=\${f##*/}
  [ -z "$v" ] && [ -e "/sys/class/tpmrm/tpmrm\${name#tpm}" ] && v=2
  echo "$name$tab$v"
done
section acpi
for f in /sys/firmware/acpi/tables/*; do [ -f "$f" ] && echo "\${f##*/}"; done
section serial
print_file /proc/tty/driver/serial
section consoles; value /sys/class/tty/console/active; echo "$v"
section iommu-class; for f in /sys/class/iommu/*; do [ -e "$f" ] && echo "\${f##*/}"; done
section iommu-groups; for f in /sys/kernel/iommu_groups/*; do [ -e "$f" ] && echo "\${f##*/}"; done
section iommu-reserved
for f in /sys/kernel/iommu_groups/*; do
  [ -r "$f/reserved_regions" ] || continue
  while read -r _ _ kind; do
    if [ "$kind" = direct ]; then echo "\${f##*/}"; break; fi
  done <"$f/reserved_regions"
done
section vfio
modules=/lib/modules/$kernel
if [ -d /sys/bus/pci/drivers/vfio-pci ]; then echo yes
elif [ ! -e "$modules/modules.dep" ]; then echo unknown
elif grep -qs 'vfio[-_]pci[.]ko' "$modules/modules.dep" "$modules/modules.builtin"; then echo yes
else echo no
fi
`;
