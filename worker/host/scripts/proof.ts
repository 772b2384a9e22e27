import { shellFunctions } from './shell-functions.ts';

/** Boot id, time since the start, command line, mounts and swap of the system that answers; changes nothing. */
export const proofScript = `${shellFunctions}
section boot-id; value /proc/sys/kernel/random/boot_id; echo "$v"
section uptime; value /proc/uptime; echo "$v"
section cmdline; value /proc/cmdline; echo "$v"
section mounts; print_file /proc/self/mountinfo
section swaps; print_file /proc/swaps
section end
`;
