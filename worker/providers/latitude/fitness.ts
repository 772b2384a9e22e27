import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { LatServer } from './schema.ts';

/** States in which nobody is at work on a server. One in which something did not come to its end will do as well. */
const settled = new Set(['on', 'unknown', 'failed_deployment']);

/** What people know the server by. */
export function nameOf({ id, attributes: { hostname, label } }: LatServer): string {
  return hostname || label || id;
}

/** Why an install must not begin on this server, with what to do; null when it may. */
export function blockedBecause(server: LatServer): string | null {
  const { status, locked, rescue_allowed: allowed } = server.attributes;
  const [name, at] = [nameOf(server), `at ${about.title}`];
  if (locked) return `${name} is locked ${at}: unlock it there first.`;
  if (status === 'off') return `${name} is powered off ${at}: power it on first.`;
  if (isInRescue(status)) return `${name} is in rescue mode ${at} already: exit that there first.`;
  if (!settled.has(status)) return `${about.title} is at work on ${name} (${status}): wait until that is done.`;
  if (allowed === false) return `${about.title} does not allow the rescue mode for ${name}: ask its support why.`;
  return null;
}

/** In it, or on the way into it. */
export function isInRescue(status: string): boolean {
  return status === 'rescue_mode' || status === 'entering_rescue_mode';
}

/** @throws XepaError device-unfit for a server without an address */
export function addressOf(server: LatServer): string {
  const { primary_ipv4: address } = server.attributes;
  if (address) return address;
  const text = `${nameOf(server)} has no IPv4 address, so its rescue system cannot be reached.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}

/** @throws XepaError worth another try while the server is between two states */
export function requireSettled(server: LatServer): void {
  const { status } = server.attributes;
  if (!/^(entering|exiting)_rescue_mode$/.test(status)) return;
  throw new XepaError('provider-unavailable', {
    message: `server ${server.id} is ${status}`,
    userMessage: `${about.title} is still at work on ${nameOf(server)} (${status}); XEPA waits until that is over.`,
    retry: 'backoff',
  });
}
