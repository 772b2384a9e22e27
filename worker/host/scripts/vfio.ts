import { shellFunctions } from './shell-functions.ts';
import { wholeDisks } from './whole-disks.ts';

/**
 * `driver_of ADDRESS` sets $driver. `probe_again ADDRESS` lets the kernel choose a driver anew.
 * `held ADDRESS` is true while a process has the device's group open: unbinding it would then block for ever.
 */
const driverFunctions = `
driver_of() { link "/sys/bus/pci/devices/$1/driver"; driver=\${l##*/}; }
set_override() { echo "$2" >"/sys/bus/pci/devices/$1/driver_override" 2>/dev/null; }
unbind() { echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind" 2>/dev/null; }
probe_again() { echo "$1" >/sys/bus/pci/drivers_probe 2>/dev/null; }
held() {
  link "/sys/bus/pci/devices/$1/iommu_group"
  [ -n "$l" ] && ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q -- "-> /dev/vfio/\${l##*/}\\$"
}
report() { driver_of "$1"; echo "$1$tab$driver"; }
`;

/** Arguments: addresses. Prints each with its driver, and the disks that there are with their folders in sysfs. */
export const readDriversScript = `${shellFunctions}${driverFunctions}${wholeDisks}
section drivers
for a in "$@"; do report "$a"; done
section disks
for d in /sys/block/*; do
  if is_disk "$d"; then place_of "$d"; echo "$name$tab$l"; fi
done
section end
`;

/** Arguments: addresses. The override comes before the unbind, so that no other driver can step in between. */
export const bindScript = `${shellFunctions}${driverFunctions}
[ -d /sys/bus/pci/drivers/vfio-pci ] || modprobe vfio-pci disable_idle_d3=1 2>&1
for a in "$@"; do
  driver_of "$a"
  [ "$driver" = vfio-pci ] && continue
  set_override "$a" vfio-pci
  [ -n "$driver" ] && unbind "$a"
  probe_again "$a"
done
section drivers
for a in "$@"; do report "$a"; done
section end
`;

/**
 * Gives one device back: `give_back ADDRESS DRIVER`, an empty driver leaves it without one.
 * The kernel's own choice comes first; only where it finds nothing is the former driver asked for by name.
 * `give_back_all PAIR...` sets $lost to the addresses that did not come back.
 */
export const giveBackFunctions = `${driverFunctions}${wholeDisks}
give_back() {
  driver_of "$1"
  if [ "$driver" = vfio-pci ]; then
    if held "$1"; then return 1; fi
    set_override "$1" ''
    unbind "$1"
  else
    set_override "$1" ''
  fi
  [ -n "$2" ] || return 0
  [ -d "/sys/bus/pci/drivers/$2" ] || modprobe "$2" 2>/dev/null
  driver_of "$1"
  [ -n "$driver" ] || probe_again "$1"
  driver_of "$1"
  [ -n "$driver" ] || echo "$1" >"/sys/bus/pci/drivers/$2/bind" 2>/dev/null
  return 0
}
give_back_all() {
  lost=
  for pair in "$@"; do
    give_back "\${pair%%=*}" "\${pair#*=}" || :
    driver_of "\${pair%%=*}"
    case $driver in vfio-pci) ;; '') [ -n "\${pair#*=}" ] || continue ;; *) continue ;; esac
    lost="$lost \${pair%%=*}"
  done
}
has_disk() {
  for b in /sys/block/*; do
    is_disk "$b" || continue
    place_of "$b"
    case $l in */"$1"/*) return 0 ;; esac
  done
  return 1
}
`;

/**
 * Arguments: `ADDRESS=DRIVER` pairs. A storage controller finds its disks only after its driver is bound;
 * they are waited for, at most five seconds in all.
 */
export const giveBackScript = `${shellFunctions}${giveBackFunctions}
give_back_all "$@"
tries=25
for pair in "$@"; do
  value "/sys/bus/pci/devices/\${pair%%=*}/class"
  case $v in 0x0106* | 0x0108*) ;; *) continue ;; esac
  driver_of "\${pair%%=*}"
  case $driver in '' | vfio-pci) continue ;; esac
  until has_disk "\${pair%%=*}" || [ "$tries" -le 0 ]; do sleep 0.2; tries=$((tries - 1)); done
done
section held
for pair in "$@"; do
  driver_of "\${pair%%=*}"
  [ "$driver" = vfio-pci ] && held "\${pair%%=*}" && echo "\${pair%%=*}"
done
section drivers
for pair in "$@"; do report "\${pair%%=*}"; done
section end
`;
