import { shellFunctions } from './shell-functions.ts';
import { disksScript } from './survey-disks.ts';
import { machineScript } from './survey-machine.ts';
import { networkScript } from './survey-network.ts';
import { pciScript } from './survey-pci.ts';

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

/** A moment's patience with a kernel that is still loading drivers of disks and network ports is less than to look at all of it again. */
const settle = `
settled() {
  for d in /sys/bus/pci/devices/*; do
    value "$d/class"
    case $v in 0x01* | 0x0200*) [ -e "$d/driver" ] || return 1 ;; esac
  done
}
tries=$1
shift
until settled || [ "$tries" -le 0 ]; do sleep 0.2; tries=$((tries - 1)); done
`;

/**
 * The one read-only look at a server. Arguments: how often to wait a fifth of a second for drivers at most, tool names, `--`, then pairs of
 * firmware code and variable files. sysfs comes first, so that it works where busybox is all there is.
 */
export const surveyScript = `${shellFunctions}${settle}${machineScript}${pciScript}${networkScript}${disksScript}${tools}`;
