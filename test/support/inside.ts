import { type Command, trimmedOutput } from '../../core/ssh/command.ts';
import type { World } from './world.ts';

/** Runs a command on the device, with the install's own key, and returns what it printed. */
export async function inside(world: World, installId: string, argv: readonly string[]): Promise<string> {
  const command: Command<string> = { argv, timeoutMs: 30_000, okCodes: [0, 1], parse: trimmedOutput };
  const record = await world.state.store.load(installId);
  const shell = await world.shells.shellOf(record, AbortSignal.timeout(30_000));
  return shell.exec(command);
}

/** Local addresses of everything that listens on the device: TCP and UDP, IPv4 and IPv6. */
export async function listeners(world: World, installId: string): Promise<string[]> {
  const lines = (await inside(world, installId, ['ss', '-Hltun'])).split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split(/\s+/)[4] ?? '');
}

/** Prints the kernel driver of each PCI function, "none" where there is none. */
export function driversArgv(addresses: readonly string[]): string[] {
  const script = 'for a in "$@"; do l=$(readlink "/sys/bus/pci/devices/$a/driver") || l=none; basename "$l"; done';
  return ['sh', '-c', script, 'sh', ...addresses];
}

/** The kernel driver of each PCI function, "none" where there is none. */
export async function drivers(world: World, installId: string, addresses: readonly string[]): Promise<string[]> {
  return (await inside(world, installId, driversArgv(addresses))).split('\n');
}
