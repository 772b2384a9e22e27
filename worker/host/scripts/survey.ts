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

/**
 * The one read-only look at a server. Arguments: tool names, `--`, then pairs of firmware code and variable files.
 * sysfs comes first, so that it works where busybox is all there is.
 */
export const surveyScript = `${shellFunctions}${machineScript}${pciScript}${networkScript}${disksScript}${tools}`;
