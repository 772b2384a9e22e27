import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { ScomFeature, ScomHost, ScomServer } from './schema.ts';
import { RESCUE } from './servers.ts';

/** What stands at the provider about a server, for the question whether an install may begin. */
export interface Standing {
  server: ScomServer;
  features: readonly ScomFeature[];
}

/** What a feature is at; `unavailable` where the server has none of that name. */
export function statusOf(features: readonly ScomFeature[], name: string): string {
  return features.find((feature) => feature.name === name)?.status ?? 'unavailable';
}

/** Why an install must not begin on this server, with what to do; null when it may. */
export function blockedBecause(standing: Standing): string | null {
  return unready(standing.server) ?? withoutRescue(standing) ?? bootsElsewhere(standing);
}

function unready({ title, status, operational_status: operation, power_status: power }: ScomServer): string | null {
  const at = `at ${about.title}`;
  if (status !== 'active') return `${title} is in the state "${status}" ${at}: it must be "active" first.`;
  if (operation === 'rescue_mode') return `${title} is in rescue mode ${at} already: switch that off there first.`;
  if (operation !== 'normal') return `${about.title} is at work on ${title} (${operation}): wait until that is done.`;
  if (power === 'powered_off') return `${title} is powered off ${at}: power it on first.`;
  const settled = power === 'powered_on' || power === 'unknown';
  return settled ? null : `${title} is ${power.replace('_', ' ')} ${at}: wait until that is done.`;
}

function withoutRescue({ server: { title }, features }: Standing): string | null {
  const rescue = statusOf(features, RESCUE);
  const why = rescue === 'incompatible' ? obstacle(features) : notOffered(features);
  const none = ['unavailable', 'incompatible'].includes(rescue);
  if (none) return `${title} cannot be brought into rescue mode at ${about.title}: ${why}`;
  if (rescue === 'deactivated') return null;
  return `The rescue mode of ${title} is in ${rescue} at ${about.title}: switch it off, or wait until it is "deactivated".`;
}

/** Rescue is reached over the public network; not every location has it. */
function notOffered(features: readonly ScomFeature[]): string {
  const [without] = active(features).filter((name) => /^no_public_(ip_address|network)$/.test(name));
  return without === undefined
    ? 'its location, or its kind, has none.'
    : `it needs a public address, and the feature ${without} is on.`;
}

function obstacle(features: readonly ScomFeature[]): string {
  const names = active(features);
  const which = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return `a feature that is on${which} does not go with it.`;
}

/** It would not boot what was installed. */
function bootsElsewhere({ server: { title }, features }: Standing): string | null {
  const [script] = active(features).filter((name) => name.endsWith('_ipxe_boot'));
  if (script === undefined) return null;
  return `${title} boots an iPXE script of your own at ${about.title} (${script}), so it would not boot what was installed: switch that off first.`;
}

function active(features: readonly ScomFeature[]): string[] {
  return features.filter(({ status }) => /^activat/.test(status)).map(({ name }) => name);
}

/** @throws XepaError device-unfit for a server without an address */
export function addressOf({
  title,
  public_ipv4_address: address,
}: Pick<ScomHost, 'title' | 'public_ipv4_address'>): string {
  if (address) return address;
  const text = `${title} has no public IPv4 address, so its rescue system cannot be reached.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}
