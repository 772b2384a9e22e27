import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: KVM module or empty, then pairs of firmware files. A device node is made where no udev does it.
 * `disable_idle_d3` keeps vfio-pci from putting devices to sleep that do not wake up again.
 */
export const loadModulesScript = `${shellFunctions}
kvm=$1
shift
[ -n "$kvm" ] && modprobe "$kvm" 2>/dev/null
modprobe vfio-pci disable_idle_d3=1 2>/dev/null
modprobe vfio_iommu_type1 2>/dev/null
f=/sys/module/vfio_pci/parameters/disable_idle_d3
{ [ -w "$f" ] && echo Y >"$f"; } 2>/dev/null
[ -e /dev/kvm ] || { value /sys/class/misc/kvm/dev; [ -n "$v" ] && mknod -m 600 /dev/kvm c "\${v%%:*}" "\${v##*:}"; }
section kvm; if (: <>/dev/kvm) 2>/dev/null; then echo yes; fi
section vfio; if [ -d /sys/bus/pci/drivers/vfio-pci ]; then echo yes; fi
section qemu; command -v qemu-system-x86_64
section ovmf
while [ $# -gt 1 ]; do
  [ -r "$1" ] && [ -r "$2" ] && echo "$1$tab$2"
  shift 2
done
section end
`;
