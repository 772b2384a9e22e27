import type { BondedPort, PathAddress } from '../../../core/contracts/lifeline.ts';
import { XepaError } from '../../../core/errors.ts';
import { unlessNotFound } from '../http.ts';
import type { LifelineMove, NotYet, PathPart } from '../types.ts';
import { title } from './about.ts';
import type { MetalCall } from './client.ts';
import { readInscription } from './inscription.ts';
import { type MetalNetwork, metalNetwork } from './network.ts';
import type { MetalBlock, MetalDeviceNetwork, MetalPort } from './network-schema.ts';

/**
 * A second path to a device: one port leaves the bond and is joined, by a VLAN and a gateway, to a block of public addresses. The
 * bond goes first, since it is what may be refused, and costs nothing; so it is mended last, when no VLAN is in its way.
 */
export function lifelineOf(call: MetalCall, project: string): LifelineMove {
  const network = metalNetwork(call, project);
  return {
    ports: async (deviceId, signal) => bondedPorts(await network.device(deviceId, signal)),
    parts: [portOutOfBond(network), vlan(network), addresses(network), gateway(network), vlanOnPort(network)],
    async address(path, signal) {
      const [block] = await network.blocks(path, signal);
      return addressIn(block);
    },
    async leftovers(signal) {
      const written = [
        ...(await network.allVlans(signal)).map(({ description }) => description),
        ...(await network.allBlocks(signal)).map(({ details }) => details),
      ];
      return [...new Set(written)].flatMap((text) => readInscription(text) ?? []);
    },
  };
}

function portOutOfBond(network: MetalNetwork): PathPart {
  return {
    name: 'port',
    async make(path, signal) {
      const isOut = ({ data }: MetalPort) => !data.bonded;
      if (isOut(await network.port(path, signal))) return null;
      return notUntil(isOut(await network.changePort(path, { name: 'disbond' }, signal)), 'the port to leave its bond');
    },
    async takeBack(path, signal) {
      const isIn = ({ data }: MetalPort) => data.bonded;
      const port = await unlessNotFound(network.port(path, signal), null);
      // With its device.
      if (port === null || isIn(port)) return null;
      // Refused until then.
      if (port.virtual_networks.length > 0) return 'the port to leave its VLAN';
      return notUntil(
        isIn(await network.changePort(path, { name: 'bond' }, signal)),
        'the port to be back in its bond',
      );
    },
  };
}

function vlan(network: MetalNetwork): PathPart {
  return {
    name: 'vlan',
    async make(path, signal) {
      if ((await network.vlans(path, signal)).length === 0) await network.addVlan(path, signal);
      return null;
    },
    async takeBack(path, signal) {
      for (const one of await network.vlans(path, signal)) await network.removeVlan(one, signal);
      return null;
    },
  };
}

function addresses(network: MetalNetwork): PathPart {
  return {
    name: 'addresses',
    async make(path, signal) {
      if ((await network.blocks(path, signal)).length === 0) await network.addBlock(path, signal);
      return null;
    },
    async takeBack(path, signal) {
      for (const one of await network.blocks(path, signal)) await network.removeBlock(one, signal);
      return null;
    },
  };
}

function gateway(network: MetalNetwork): PathPart {
  return {
    name: 'gateway',
    async make(path, signal) {
      const [known] = await network.gateways(path, signal);
      if (known) return notUntil(known.state !== 'deleting', 'an earlier gateway to be gone');
      const [ours] = await network.vlans(path, signal);
      const [block] = await network.blocks(path, signal);
      if (!ours || !block) return 'the VLAN and the addresses to be there';
      await network.addGateway({ vlan: ours, block }, signal);
      return null;
    },
    async takeBack(path, signal) {
      const found = await network.gateways(path, signal);
      for (const one of found) if (one.state !== 'deleting') await network.removeGateway(one, signal);
      return notUntil(found.length === 0, 'the gateway to be gone');
    },
  };
}

/** Whether the gateway is active by now is not asked: that the device answers through it is the proof. */
function vlanOnPort(network: MetalNetwork): PathPart {
  return {
    name: 'vlan-on-port',
    async make(path, signal) {
      const [ours] = await network.vlans(path, signal);
      if (!ours) return 'the VLAN to be there';
      const has = (port: MetalPort) => port.virtual_networks.some(({ id }) => id === ours.id);
      if (has(await network.port(path, signal))) return null;
      await network.changePort(path, { name: 'assign', vlan: ours }, signal);
      return notUntil(has(await network.port(path, signal)), 'the port to be in its VLAN');
    },
    async takeBack(path, signal) {
      const ours = await network.vlans(path, signal);
      const port = await unlessNotFound(network.port(path, signal), null);
      const on = ours.filter((one) => port?.virtual_networks.some(({ id }) => id === one.id));
      for (const one of on) await network.changePort(path, { name: 'unassign', vlan: one }, signal);
      return notUntil(on.length === 0, 'the port to leave its VLAN');
    },
  };
}

function notUntil(isSo: boolean, what: string): NotYet {
  return isSo ? null : what;
}

/** Two ports, joined, and separable: or every reason why they are not. */
function bondedPorts(device: MetalDeviceNetwork): BondedPort[] {
  const members = device.network_ports.filter(({ type, bond, data }) => type === 'NetworkPort' && bond && data.bonded);
  const fixed = members.filter((port) => port.disbond_operation_supported === false);
  const taken = members.filter((port) => port.virtual_networks.length > 0);
  const why = [
    ...(device.network_frozen ? [`its network is frozen at ${title}: have that lifted first`] : []),
    ...(members.length < 2 ? [`${title} has no bond of two ports for it`] : []),
    ...fixed.map(({ name }) => `${title} does not let ${name} leave its bond`),
    ...taken.map(({ name }) => `${name} is in a VLAN already: take it out first`),
  ];
  if (why.length > 0) throw cannot(device, why.join('; '));
  return members.map(({ id, name, data }) => ({ id, name, mac: data.mac?.toLowerCase() ?? '' }));
}

function cannot({ hostname, id }: MetalDeviceNetwork, why: string): XepaError {
  return new XepaError('device-unfit', {
    message: `the lifeline of ${id} cannot be moved: ${why}`,
    userMessage: `XEPA's connection to ${hostname} cannot be moved to another port: ${why}. Or ask without \`--lifeline move\`.`,
  });
}

/** The first address of the block that is neither its network nor its gateway. */
function addressIn(block: MetalBlock | undefined): PathAddress {
  const { network, cidr, gateway: router, state } = block ?? {};
  if (!network || !cidr || !router) {
    throw new XepaError('provider-unavailable', {
      message: `the block of addresses is ${state ?? 'not there'}`,
      userMessage: `${title} has not given the addresses for the second path yet.`,
      retry: 'backoff',
    });
  }
  const first = [1, 2].map((step) => plus(network, step)).find((address) => address !== router);
  return { address: first ?? router, prefix: cidr, gateway: router };
}

function plus(address: string, step: number): string {
  const [a, b, c, last] = address.split('.');
  return [a, b, c, Number(last) + step].join('.');
}
