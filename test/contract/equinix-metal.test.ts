import { randomUUID } from 'node:crypto';
import express from 'express';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { z } from 'zod';
import { createEquinixMetal } from '../../worker/providers/equinix-metal/index.ts';
import {
  MetalBlockPage,
  MetalDeviceNetwork,
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
import { makePath, takeBackPath } from '../../worker/providers/second-path.ts';
import type { Provider } from '../../worker/providers/types.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { EquinixApi } from '../lab/cloud/equinix-api.ts';
import { listen } from '../lab/cloud/listen.ts';
import { CloudState, type Device } from '../lab/cloud/state.ts';
import { type Description, describedIn, type Exchange, strangers, unknownFields } from '../support/api-description.ts';
import { anyOfThem, type Gap, linked, mendedDescription, orNull } from '../support/mended-description.ts';
import { overhear } from '../support/overhear.ts';
import { prismBefore } from '../support/prism-before.ts';
import { installKey, requestNow } from '../worker/providers/conformance.ts';
import { insist } from '../worker/providers/conformance-lifeline.ts';

/** A device refers to nearly all that the description has; each answer with one in it is compiled by itself. */
const PRISM_TIMEOUT_MS = 90_000;
const describedBy = (context: TestContext) => describedIn(context, 'equinix-metal.yaml');
const never = new AbortController().signal;

const recorded =
  "the provider's own client has answers of the service recorded: test/fixtures of packethost/packet-python";
/** Where the description is known to be narrower than the service. */
const knownGaps: readonly Gap[] = [
  { at: ['components', 'schemas', 'Meta', 'properties', 'next'], because: recorded, mend: orNull },
  { at: ['components', 'schemas', 'Meta', 'properties', 'previous'], because: recorded, mend: orNull },
  { at: ['components', 'schemas', 'Device', 'properties', 'description'], because: recorded, mend: orNull },
  {
    at: [
      'paths',
      '/projects/{project_id}/metal-gateways',
      'post',
      'requestBody',
      'content',
      'application/json',
      'schema',
    ],
    because: 'of its two bodies the one for virtual routers is a case of the other, so that exactly one can never fit',
    mend: anyOfThem,
  },
];

const links =
  'a device leads to nearly all that is described, again for each answer, and nothing here asks to have that included';
/** Where the description is followed no further, since Prism would take a minute for that. */
const cutShort: readonly Gap[] = [
  { at: ['components', 'schemas', 'VirtualNetwork', 'properties', 'instances'], because: links, mend: linked },
  { at: ['components', 'schemas', 'Device', 'properties', 'hardware_reservation'], because: links, mend: linked },
  { at: ['components', 'schemas', 'Port', 'properties', 'native_virtual_network'], because: links, mend: linked },
];

/** An install comes and goes; then a device that was left off is switched on. */
async function install(metal: Provider, device: Device): Promise<void> {
  const { id } = device;
  const asked = () => device.events.filter(({ type }) => type.endsWith('.queued')).length;
  const ended = () => device.events.filter(({ type }) => /\.(completed|failed)$/.test(type)).length;
  const settled = () => vi.waitFor(() => expect(ended()).toBe(asked()));
  await metal.listDevices(never);
  const entry = await requestNow(metal, id);
  await metal.addKey(id, entry.key, never);
  await metal.enterRescue(id, entry, never);
  await settled();
  await metal.rescueAccess(id, entry, never);
  for (const state of ['active', 'inactive'] as const) {
    device.state = state;
    await metal.leaveRescue(id, await requestNow(metal, id), never);
    await settled();
  }
  await metal.removeKey(id, installKey.label, never);
}

/** A second path is made, read and taken back. */
async function secondPath({ lifeline }: Provider, deviceId: string): Promise<void> {
  if (!lifeline) throw new Error('there is none');
  const [port] = await lifeline.ports(deviceId, never);
  const path = { label: installKey.label, deviceId, portId: port?.id ?? '' };
  const begun = { has: () => true, note: async () => undefined };
  expect(await makePath(lifeline, { path, begun, signal: never })).toBeNull();
  await lifeline.address(path, never);
  expect(await lifeline.leftovers(never)).toEqual([path]);
  expect(await insist(() => takeBackPath(lifeline, { path, begun, signal: never }))).toBeNull();
}

/** Everything that goes over the line, refusals included, and what the description says against it. */
async function everyCall(
  description: Description,
): Promise<{ seen: Exchange[]; violations: string[]; left: string[] }> {
  const seen: Exchange[] = [];
  const state = new CloudState();
  const order = { id: randomUUID(), hostname: 'web-01', tags: ['prod'], address: '127.0.0.1', number: 1 };
  const device = state.addDevice({ ...order, machine: new PretendMachine(), bonded: true });
  const api = new EquinixApi({ state, token: 't', times: { delayMs: 1 } });
  const web = await listen(express().use(overhear(seen), api.router));
  const prism = await prismBefore(description, `http://127.0.0.1:${web.port}`);
  const as = (token: string) =>
    createEquinixMetal({ apiUrl: prism.url, token, projectId: state.projectId, sshPort: 22 });
  await install(as('t'), device);
  await secondPath(as('t'), device.id);
  await expect(as('wrong').listDevices(never)).rejects.toThrow(/401/);
  await expect(as('t').getServer(randomUUID(), never)).rejects.toThrow(/404/);
  device.locked = true;
  await expect(as('t').enterRescue(device.id, await requestNow(as('t'), device.id), never)).rejects.toThrow(/locked/);
  await prism.close();
  await api.close();
  await web.close();
  return { seen, violations: prism.violations, left: state.network.left() };
}

describe('the published description of Equinix Metal', () => {
  it('allows every call of the adapter and every answer of the fake', {
    timeout: PRISM_TIMEOUT_MS,
  }, async (context) => {
    const api = describedBy(context);
    const { seen, violations, left } = await everyCall(mendedDescription(api, [...knownGaps, ...cutShort]));
    const kinds = seen.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '…')}`);
    expect([...new Set(kinds)].toSorted()).toEqual([
      'DELETE /ips/…',
      'DELETE /metal-gateways/…',
      'DELETE /ssh-keys/…',
      'DELETE /virtual-networks/…',
      'GET /devices/…',
      'GET /devices/…/events',
      'GET /ports/…',
      'GET /projects/…/devices',
      'GET /projects/…/ips',
      'GET /projects/…/metal-gateways',
      'GET /projects/…/ssh-keys',
      'GET /projects/…/virtual-networks',
      'POST /devices/…/actions',
      'POST /ports/…/assign',
      'POST /ports/…/bond',
      'POST /ports/…/disbond',
      'POST /ports/…/unassign',
      'POST /projects/…/ips',
      'POST /projects/…/metal-gateways',
      'POST /projects/…/ssh-keys',
      'POST /projects/…/virtual-networks',
    ]);
    expect(violations).toEqual([]);
    expect(seen.flatMap((exchange) => unknownFields(api, exchange))).toEqual([]);
    expect(left).toEqual([]);
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
      ...strangers(api, MetalBlockPage, schemas.IPReservationList, 'blocks'),
      ...strangers(api, MetalGatewayPage, schemas.MetalGatewayList, 'gateways'),
      ...strangers(api, MetalKey, schemas.SSHKey, 'key'),
      ...strangers(api, MetalKeyPage, schemas.SSHKeyList, 'keys'),
    ];
    expect(found).toEqual([]);
  });

  it('is compared by a reader that sees a field which is not there', (context) => {
    const api = describedBy(context);
    const ours = z.object({ hostname: z.string(), ip_addresses: z.array(z.object({ colour: z.string() })) });
    expect(strangers(api, ours, api.components.schemas.Device, 'device')).toEqual(['device.ip_addresses.colour']);
  });
});
