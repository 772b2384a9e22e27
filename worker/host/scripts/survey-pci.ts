/**
 * One line for each PCI function. Without the file `reset` the kernel has no way to reset it; `reset_method` names the ways since
 * Linux 5.15. The interrupt line is told only where the driver uses it, and no messages.
 */
export const pciScript = `
section pci
for d in /sys/bus/pci/devices/*; do
  [ -e "$d/class" ] || continue
  value "$d/class"; class=$v
  value "$d/vendor"; vendor=$v
  value "$d/device"; device=$v
  link "$d/driver"; driver=\${l##*/}
  link "$d/iommu_group"; group=\${l##*/}
  value "$d/reset_method"; resets=$v
  [ -z "$resets" ] && { if [ -e "$d/reset" ]; then resets=kernel; else resets=none; fi; }
  rom=; [ -e "$d/rom" ] && rom=rom
  link "$d"; place=$l
  value "$d/secondary_bus_number"; secondary=$v
  value "$d/subordinate_bus_number"; subordinate=$v
  link "$d/physfn"; physical=\${l##*/}
  value "$d/sriov_numvfs"; functions=$v
  irq=
  if [ -n "$driver" ] && [ ! -d "$d/msi_irqs" ]; then value "$d/irq"; irq=$v; fi
  echo "\${d##*/}$tab$class$tab$vendor$tab$device$tab$driver$tab$group$tab$resets$tab$rom$tab$place$tab$secondary$tab$subordinate$tab$physical$tab$functions$tab$irq"
done
`;
