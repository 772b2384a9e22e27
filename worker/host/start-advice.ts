/** What to do about a VM that does not start, by QEMU's own words; the first that fits. */
const advice: readonly (readonly [said: RegExp, todo: string])[] = [
  [
    /cannot allocate memory|cannot set up guest memory|unable to map backing store/i,
    'The server has not as much memory free as was planned. Take a smaller ISO, or have an operator lower XEPA_VM_MEMORY_MB.',
  ],
  [
    /\bvfio\b/i,
    'Ask again with `--rung raw-block` where it is about the disk’s controller, or `--nic emulated` where it is about the port: the rescue system keeps that then.',
  ],
  [
    /not a valid device model name|is not a valid (device|option)|unsupported machine type/i,
    'The QEMU of this rescue system is a smaller build. Ask for another rung, or start another rescue system.',
  ],
];

/** A sentence or two; empty where nothing is known to help. */
export function startAdvice(log: string): string {
  return advice.find(([said]) => said.test(log))?.[1] ?? '';
}
