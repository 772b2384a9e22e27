import { isIPv4 } from 'node:net';
import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { IronicEntry, IronicNode } from './schema.ts';

/** Names of states, as Ironic spells them. */
export const State = {
  active: 'active',
  rescuing: 'rescuing',
  rescueWait: 'rescue wait',
  rescue: 'rescue',
  rescueFailed: 'rescue failed',
  unrescuing: 'unrescuing',
  unrescueFailed: 'unrescue failed',
} as const;

const rescueLike: readonly string[] = Object.values(State).filter((state) => state !== State.active);

/** What people know the node by: its name, else its id. */
export function nameOf({ name, uuid }: IronicEntry): string {
  return name || uuid;
}

/** A trait that somebody made up is a tag: `CUSTOM_PROD` is `prod`. */
export function tagsOf({ traits }: IronicEntry): string[] {
  return (traits ?? []).filter((trait) => trait.startsWith('CUSTOM_')).map((trait) => trait.slice(7).toLowerCase());
}

/** Where the node is reached, in rescue and otherwise: Ironic does not know, so somebody has noted it. */
export function notedAddress({ extra }: IronicEntry): string | undefined {
  const address = extra?.xepa_address;
  return typeof address === 'string' && isIPv4(address) ? address : undefined;
}

/** @throws XepaError device-unfit for a node without an address */
export function addressOf(node: IronicNode): string {
  const address = notedAddress(node);
  if (address !== undefined) return address;
  const text = `${about.title} does not know at which IPv4 address ${nameOf(node)} is reached: note it by \`openstack baremetal node set ${node.uuid} --extra xepa_address=…\`.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}

/** Why an install must not begin on this node, with what to do; null when it may. */
export function blockedBecause(node: IronicNode): string | null {
  return blockedByState(node) ?? blockedBySetup(node);
}

function blockedByState(node: IronicNode): string | null {
  const [name, at, state] = [nameOf(node), `at ${about.title}`, node.provision_state];
  if (rescueLike.includes(state)) return `${name} is in the state "${state}" ${at}: bring it back by "unrescue" first.`;
  if (state !== State.active) return `${name} is in the state "${state}" ${at}: it must be "active" first.`;
  if (node.maintenance) return `${name} is in maintenance ${at}: end that first.`;
  if (node.power_state === 'power off') return `${name} is powered off ${at}: power it on first.`;
  if (node.power_state === 'error') return `${about.title} cannot read the power state of ${name}: mend that first.`;
  return null;
}

function blockedBySetup({ rescue_interface: rescue, deploy_interface: deploy, ...node }: IronicNode): string | null {
  const [name, at] = [nameOf(node), `at ${about.title}`];
  if (rescue === 'no-rescue') return `${name} has no rescue interface ${at}: set it to "agent" first.`;
  if (deploy === 'ramdisk') {
    return `${name} runs from memory ${at} (deploy interface "ramdisk"), so it would not start from its disk.`;
  }
  if (node.driver_info?.rescue_iso) {
    return `${name} has a ready-made rescue image ${at} (rescue_iso), which takes no SSH key: set rescue_kernel and rescue_ramdisk instead.`;
  }
  return null;
}
