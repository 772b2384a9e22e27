import { describe, expect, it, type TestContext, vi } from 'vitest';
import { z } from 'zod';
import { createMetalCall, type MetalCall } from '../../worker/providers/equinix-metal/client.ts';
import { createEquinixMetal } from '../../worker/providers/equinix-metal/index.ts';
import { inscriptionOf } from '../../worker/providers/equinix-metal/inscription.ts';
import { metalNetwork } from '../../worker/providers/equinix-metal/network.ts';
import {
  MetalBlock,
  MetalBlockPage,
  MetalDeviceNetwork,
  MetalGateway,
  MetalGatewayPage,
  MetalPort,
  MetalVlanList,
} from '../../worker/providers/equinix-metal/network-schema.ts';
import {
  MetalDevice,
  MetalDevicePage,
  MetalEventPage,
  MetalKey,
  MetalKeyPage,
} from '../../worker/providers/equinix-metal/schema.ts';
import { describedIn, fieldsOf, strangers, valuesOf } from '../support/api-description.ts';

// Reading a long description takes a busy machine a while.
vi.setConfig({ testTimeout: 30_000 });
const describedBy = (context: TestContext) => describedIn(context, 'equinix-metal.yaml');

const device = {
  ...{ id: 'd-1', hostname: 'h', state: 'active', ip_addresses: [{ address: '127.0.0.1' }] },
  ...{ metro: { code: 'da' }, network_ports: [] },
};

/** Every call that the adapter makes, as the description writes its paths. */
async function callsOfTheAdapter(): Promise<string[]> {
  const seen = new Set<string>();
  const answers: [RegExp, unknown][] = [
    [/\/events\?/, { events: [] }],
    [/\/virtual-networks$/, { virtual_networks: [{ id: 'v-1', description: written }] }],
    [/\/metal-gateways\?/, { metal_gateways: [{ id: 'g-1', virtual_network: { id: 'v-1' } }] }],
    [/\/ips\?/, { ip_addresses: [{ id: 'b-1', details: written }] }],
    [/\/ports\//, { id: 'o-1', data: { bonded: false } }],
    [/\/ssh-keys$/, { id: 'k-1', label: 'xepa', ssh_keys: [{ id: 'k-1', label: 'xepa' }] }],
    [/\/projects\/p-1\/devices\?/, { devices: [] }],
    [/./, device],
  ];
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const template = pathname
      .slice('/v1'.length)
      .replace(/\/(p|d|k|v|g|b|o)-1(?=\/|$)/g, '/{id}')
      .replace(/\{id\}(?=\/metal-gateways)/, '{project_id}');
    seen.add(`${init?.method} ${template}`);
    const [, body] = answers.find(([pattern]) => pattern.test(pathname + search)) ?? [];
    return new Response(JSON.stringify(body));
  };
  try {
    await useAll();
  } finally {
    globalThis.fetch = real;
  }
  return [...seen].sort();
}

const path = { label: 'xepa-xe-1', deviceId: 'd-1', portId: 'o-1' };
const written = inscriptionOf(path);

/** Each call of a second path, in both directions, whatever the answers say. */
async function useNetwork(call: MetalCall, signal: AbortSignal): Promise<void> {
  const network = metalNetwork(call, '/projects/p-1');
  const [vlan, block, gateway] = [{ id: 'v-1' }, { id: 'b-1' }, { id: 'g-1' }];
  await network.device('d-1', signal);
  await network.port(path, signal);
  for (const name of ['disbond', 'bond'] as const) await network.changePort(path, { name }, signal);
  for (const name of ['assign', 'unassign'] as const) await network.changePort(path, { name, vlan }, signal);
  await network.vlans(path, signal);
  await network.blocks(path, signal);
  await network.gateways(path, signal);
  await network.addVlan(path, signal);
  await network.addBlock(path, signal);
  await network.addGateway({ vlan, block }, signal);
  await network.removeGateway(gateway, signal);
  await network.removeBlock(block, signal);
  await network.removeVlan(vlan, signal);
}

async function useAll(): Promise<void> {
  const options = { apiUrl: 'http://api.invalid/v1', token: 't', projectId: 'p-1', sshPort: 22 };
  const metal = createEquinixMetal(options);
  const never = new AbortController().signal;
  const key = { label: 'new', publicKey: 'ssh-ed25519 AAAA new' };
  const request = { marker: '', saved: {}, key };
  await metal.listDevices(never);
  await metal.getServer('d-1', never);
  await metal.addKey('d-1', key, never);
  await metal.removeKey('d-1', 'xepa', never);
  await metal.enterRescue('d-1', request, never);
  await metal.rescueAccess('d-1', request, never);
  await metal.leaveRescue('d-1', request, never);
  await useNetwork(createMetalCall(options), never);
}

describe('the published description of Equinix Metal', () => {
  it('has every call that the adapter makes', async (context) => {
    const api = describedBy(context);
    const calls = await callsOfTheAdapter();
    expect(calls).toHaveLength(21);
    const unknown = calls.filter((call) => {
      const [method = '', path = ''] = call.split(' ');
      return api.paths[path]?.[method.toLowerCase()] === undefined;
    });
    expect(unknown).toEqual([]);
  });

  it('has every field that the adapter reads', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    const found = [
      ...strangers(api, MetalDevice, schemas.Device, 'device'),
      ...strangers(api, MetalDevicePage, schemas.DeviceList, 'devices'),
      ...strangers(api, MetalEventPage, schemas.EventList, 'events'),
      ...strangers(api, MetalDeviceNetwork, schemas.Device, 'device'),
      ...strangers(api, MetalPort, schemas.Port, 'port'),
      ...strangers(api, MetalVlanList, schemas.VirtualNetworkList, 'vlans'),
      ...strangers(api, MetalBlock, schemas.IPReservation, 'block'),
      ...strangers(api, MetalBlockPage.pick({ meta: true }), schemas.IPReservationList, 'blocks'),
      ...strangers(api, MetalGateway, schemas.MetalGateway, 'gateway'),
      ...strangers(api, MetalGatewayPage.pick({ meta: true }), schemas.MetalGatewayList, 'gateways'),
      ...strangers(api, MetalKey, schemas.SSHKey, 'key'),
      ...strangers(api, MetalKeyPage, schemas.SSHKeyList, 'keys'),
    ];
    expect(found).toEqual([]);
  });

  it('has every field that the adapter writes, and every action that it asks for', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    expect([...fieldsOf(api, schemas.SSHKeyCreateInput).keys()]).toEqual(
      expect.arrayContaining(['label', 'key', 'instances_ids']),
    );
    const written = [
      [schemas.VirtualNetworkCreateInput, ['metro', 'description']],
      [schemas.IPReservationRequestInput, ['type', 'quantity', 'metro', 'details', 'fail_on_approval_required']],
      [schemas.MetalGatewayCreateInput, ['virtual_network_id', 'ip_reservation_id']],
      [schemas.PortAssignInput, ['vnid']],
    ] as const;
    for (const [schema, fields] of written) {
      expect([...fieldsOf(api, schema).keys()]).toEqual(expect.arrayContaining([...fields]));
    }
    const actions = valuesOf(api, fieldsOf(api, schemas.DeviceActionInput).get('type'));
    expect(actions).toEqual(expect.arrayContaining(['rescue', 'reboot', 'power_on']));
  });

  it('is compared by a reader that sees a field which is not there', (context) => {
    const api = describedBy(context);
    const ours = z.object({ hostname: z.string(), ip_addresses: z.array(z.object({ colour: z.string() })) });
    expect(strangers(api, ours, api.components.schemas.Device, 'device')).toEqual(['device.ip_addresses.colour']);
  });
});
