import type { InstallRecord } from '../../core/contracts/install.ts';

/** How QEMU knows a disc that lies in a browser; each has a name of its own, so that no two are taken for each other. */
export function nodeName(n: number): string {
  return `browser-disc-${n}`;
}

export function isBrowserDisc(name: string): boolean {
  return /^browser-disc-\d+$/.test(name);
}

/** The socket on the device by which QEMU comes for its bytes; in the folder of the VM, which is root's alone. */
export function browserSocket(record: InstallRecord): string {
  return `${record.facts.launch?.dir ?? ''}/browser-disc.sock`;
}
