import { firmwareFunctions } from './firmware.ts';
import { machineFunctions } from './machine-facts.ts';
import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: KVM module or empty, `version` or empty, then pairs of firmware files, or none where the VM has a BIOS. A device node is made where no udev does it.
 * `disable_idle_d3` keeps vfio-pci from putting devices to sleep that do not wake up again; the limit of DMA mappings of a
 * container is too low for a VM with many disks (kernel, drivers/vfio/vfio_iommu_type1.c). What is loaded is left alone: a module that is
 * still on its way is waited for, and one that is built in has no `initstate`.
 */
export const loadModulesScript = `${shellFunctions}${firmwareFunctions}${machineFunctions}
kvm=$1 version=$2
shift 2
is_loaded() {
  [ -d "/sys/module/$1" ] || return 1
  value "/sys/module/$1/initstate"
  case $v in live | '') ;; *) return 1 ;; esac
}
[ -z "$kvm" ] || is_loaded "kvm_\${kvm#kvm-}" || modprobe "$kvm" 2>/dev/null
is_loaded vfio_pci || modprobe vfio-pci disable_idle_d3=1 2>/dev/null
is_loaded vfio_iommu_type1 || modprobe vfio_iommu_type1 2>/dev/null
f=/sys/module/vfio_iommu_type1/parameters/dma_entry_limit
{ [ -w "$f" ] && echo 1048576 >"$f"; } 2>/dev/null
f=/sys/module/vfio_pci/parameters/disable_idle_d3
{ [ -w "$f" ] && echo Y >"$f"; } 2>/dev/null
[ -e /dev/kvm ] || { value /sys/class/misc/kvm/dev; [ -n "$v" ] && mknod -m 600 /dev/kvm c "\${v%%:*}" "\${v##*:}"; }
section kvm; if (: <>/dev/kvm) 2>/dev/null; then echo yes; fi
section vfio; if [ -d /sys/bus/pci/drivers/vfio-pci ]; then echo yes; fi
section qemu; command -v qemu-system-x86_64
if [ $# -gt 0 ]; then print_firmware "$@"; fi
print_machine "$version"
section end
`;
