import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { ScwServer } from './schema.ts';

/** States that pass by themselves. */
const passing = new Set(['delivering', 'ordered', 'starting', 'stopping', 'resetting', 'migrating']);
const installing = new Set(['to_install', 'installing']);

/** Why an install must not begin on this server, with what to do; null when it may. */
export function blockedBecause({ name, status, boot_type: boot, install }: ScwServer): string | null {
  const at = `at ${about.title}`;
  if (status === 'stopped') return `${name} is powered off ${at}: power it on first.`;
  if (status === 'locked') return `${name} is locked ${at}: ask its support why, and have it unlocked first.`;
  if (passing.has(status)) return `${name} is ${status} ${at}: wait until it is ready.`;
  if (status !== 'ready') return `${name} is in the state "${status}" ${at}: it must be "ready" first.`;
  if (install && installing.has(install.status)) {
    return `${about.title} is installing a system on ${name}: wait until that is done.`;
  }
  if (boot !== 'normal') return `${name} is set to boot "${boot}" ${at}: switch it to normal mode first.`;
  return null;
}

/** The first public IPv4 address. */
export function ipv4Of({ ips }: ScwServer): string | undefined {
  return ips.find(({ version }) => version === 'IPv4')?.address;
}

/** @throws XepaError device-unfit for a server without an address */
export function addressOf(server: ScwServer): string {
  const address = ipv4Of(server);
  if (address !== undefined) return address;
  const text = `${server.name} has no IPv4 address, so its rescue system cannot be reached.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}

/** Who is let in: the provider names the user once the rescue system is chosen. Root needs no sudo. */
export function rescueUser({ rescue_server: rescue }: ScwServer): { user: string; sudo: boolean } {
  const user = rescue?.user || 'rescue';
  return { user, sudo: user !== 'root' };
}
