import type { SecondPath } from '../../../core/contracts/lifeline.ts';
import { unlessNotFound } from '../http.ts';
import type { MetalCall } from './client.ts';
import { inscriptionOf } from './inscription.ts';
import {
  type MetalBlock,
  MetalBlockPage,
  MetalDeviceNetwork,
  type MetalGateway,
  MetalGatewayPage,
  MetalPort,
  type MetalVlan,
  MetalVlanList,
} from './network-schema.ts';
import { Anything } from './schema.ts';

const PAGE_SIZE = 100;
/** With fewer the gateway, the network and the broadcast address would leave none for the device. */
const BLOCK_SIZE = 8;

/** The objects that a second path is made of, as the project has them. What is found is found by what XEPA wrote on it. */
export function metalNetwork(call: MetalCall, project: string) {
  const remove = (path: string, signal: AbortSignal) =>
    unlessNotFound(call(Anything, { method: 'DELETE', path, signal }), null);
  const allVlans = async (signal: AbortSignal) =>
    (await call(MetalVlanList, { path: `${project}/virtual-networks`, signal })).virtual_networks;
  const allBlocks = (signal: AbortSignal) =>
    everyPage(async (page) => {
      const path = `${project}/ips?types=public_ipv4&page=${page}&per_page=${PAGE_SIZE}`;
      const { ip_addresses: items, meta } = await call(MetalBlockPage, { path, signal });
      return { items, last: meta?.last_page };
    });
  const allGateways = (signal: AbortSignal) =>
    everyPage(async (page) => {
      const path = `${project}/metal-gateways?include=virtual_network&page=${page}&per_page=${PAGE_SIZE}`;
      const { metal_gateways: items, meta } = await call(MetalGatewayPage, { path, signal });
      return { items, last: meta?.last_page };
    });
  const vlans = async (path: SecondPath, signal: AbortSignal) =>
    (await allVlans(signal)).filter(({ description }) => description === inscriptionOf(path));
  const deviceNetwork = (deviceId: string, signal: AbortSignal) =>
    call(MetalDeviceNetwork, { path: `/devices/${encodeURIComponent(deviceId)}`, signal });

  return {
    allVlans,
    allBlocks,
    vlans,
    device: deviceNetwork,
    port: (path: SecondPath, signal: AbortSignal) =>
      call(MetalPort, { path: `${portPath(path)}?include=virtual_networks`, signal }),
    /** @param act `assign` and `unassign` take a VLAN */
    async changePort(path: SecondPath, act: PortAct, signal: AbortSignal): Promise<MetalPort> {
      const body = act.vlan === undefined ? undefined : { vnid: act.vlan.id };
      return call(MetalPort, { method: 'POST', path: `${portPath(path)}/${act.name}`, body, signal });
    },
    async addVlan(path: SecondPath, signal: AbortSignal): Promise<void> {
      const { metro } = await deviceNetwork(path.deviceId, signal);
      const body = { metro: metro.code, description: inscriptionOf(path) };
      await call(Anything, { method: 'POST', path: `${project}/virtual-networks`, body, signal });
    },
    removeVlan: ({ id }: MetalVlan, signal: AbortSignal) =>
      remove(`/virtual-networks/${encodeURIComponent(id)}`, signal),
    async blocks(path: SecondPath, signal: AbortSignal): Promise<MetalBlock[]> {
      return (await allBlocks(signal)).filter(({ details }) => details === inscriptionOf(path));
    },
    /** A block that somebody has to approve first is refused at once, and none is left waiting. */
    async addBlock(path: SecondPath, signal: AbortSignal): Promise<void> {
      const { metro } = await deviceNetwork(path.deviceId, signal);
      const body = {
        ...{ type: 'public_ipv4', quantity: BLOCK_SIZE, metro: metro.code },
        ...{ details: inscriptionOf(path), fail_on_approval_required: true },
      };
      await call(Anything, { method: 'POST', path: `${project}/ips`, body, signal });
    },
    removeBlock: ({ id }: MetalBlock, signal: AbortSignal) => remove(`/ips/${encodeURIComponent(id)}`, signal),
    /** Nothing can be written on a gateway: it is known by its VLAN. */
    async gateways(path: SecondPath, signal: AbortSignal): Promise<MetalGateway[]> {
      const ours = new Set((await vlans(path, signal)).map(({ id }) => id));
      if (ours.size === 0) return [];
      return (await allGateways(signal)).filter(
        ({ virtual_network: vlan }) => vlan?.id !== undefined && ours.has(vlan.id),
      );
    },
    async addGateway({ vlan, block }: { vlan: MetalVlan; block: MetalBlock }, signal: AbortSignal): Promise<void> {
      const body = { virtual_network_id: vlan.id, ip_reservation_id: block.id };
      await call(Anything, { method: 'POST', path: `${project}/metal-gateways`, body, signal });
    },
    removeGateway: ({ id }: MetalGateway, signal: AbortSignal) =>
      remove(`/metal-gateways/${encodeURIComponent(id)}`, signal),
  };
}

export type MetalNetwork = ReturnType<typeof metalNetwork>;

type PortAct = { name: 'bond' | 'disbond'; vlan?: undefined } | { name: 'assign' | 'unassign'; vlan: MetalVlan };

function portPath({ portId }: SecondPath): string {
  return `/ports/${encodeURIComponent(portId)}`;
}

async function everyPage<T>(read: (page: number) => Promise<{ items: T[]; last: number | undefined }>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1, last = 1; page <= last; page += 1) {
    const found = await read(page);
    all.push(...found.items);
    last = found.last ?? page;
  }
  return all;
}
