import type { Route } from '../../core/contracts/routes.ts';
import type { Nic, Survey } from '../../core/contracts/survey.ts';

/**
 * What to enter by hand for the server's own network, a line per address family: `198.51.100.20/32, gateway 203.0.113.1 (on-link: …)`.
 * Empty where the rescue system has no address of its own on it.
 */
export function networkInWords(survey: Pick<Survey, 'nics' | 'routes' | 'nameservers'>): string[] {
  const lines = survey.nics
    .filter(({ lifeline }) => lifeline)
    .flatMap((nic) => [4, 6].flatMap((family) => line(survey, nic, family)));
  if (lines.length === 0 || survey.nameservers.length === 0) return lines;
  return [...lines, `name servers ${survey.nameservers.join(', ')}`];
}

function line({ nics, routes }: Pick<Survey, 'nics' | 'routes'>, nic: Nic, family: number): string[] {
  const own = nic.networks.filter(
    ({ address, scope }) => scope === 'global' && address.includes(':') === (family === 6),
  );
  if (own.length === 0) return [];
  const addresses = own.map(addressInWords).join(', ');
  const route = routes
    .filter((one) => one.family === family && one.to === 'default' && one.nic === nic.name)
    .toSorted((a, b) => a.metric - b.metric)[0];
  return [`${addresses}${gatewayInWords(route, own)} on ${portInWords(nic, nics)}`];
}

/** An address that expires need not be entered: whoever gave it will give it again. */
function addressInWords({ address, prefix, dynamic }: Nic['networks'][number]): string {
  const leased = address.includes(':') ? ' (announced by the network)' : ' (leased by DHCP)';
  return `${address}/${prefix}${dynamic ? leased : ''}`;
}

/** A gateway outside of every network of the port has to be named as a neighbour first, or no installer takes it. */
function gatewayInWords(route: Route | undefined, own: Nic['networks']): string {
  if (!route?.via) return '';
  const { via } = route;
  const linkLocal = /^fe[89ab]/i.test(via);
  const reached = linkLocal || own.some((network) => contains(network, via));
  return `, gateway ${via}${reached ? '' : ' (on-link: it is in none of these networks)'}`;
}

/** A VLAN names the port below it, a bond its members. */
function portInWords(nic: Nic, nics: readonly Nic[]): string {
  const below = nic.lowers.flatMap((name) => nics.find((other) => other.name === name) ?? []);
  if (nic.vlan !== null) return `VLAN ${nic.vlan} of ${below.map((other) => portInWords(other, nics)).join(' and ')}`;
  if (nic.kind === 'bond')
    return `the bond (${nic.bondMode || 'of unknown mode'}) of ${below.map(({ name, mac }) => `${name} ${mac}`).join(' and ')}`;
  return `${nic.name} (${nic.mac})`;
}

function contains({ address, prefix }: Nic['networks'][number], other: string): boolean {
  const [a, b] = [bitsOf(address), bitsOf(other)];
  return a.length === b.length && prefix > 0 && a.slice(0, prefix) === b.slice(0, prefix);
}

/** An address as a row of zeros and ones: 32 or 128 of them. */
function bitsOf(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => bits(Number(part), 8))
      .join('');
  const [left = [], right = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((group) => bits(Number.parseInt(group, 16), 16)).join('');
}

function bits(value: number, width: number): string {
  return value.toString(2).padStart(width, '0');
}
