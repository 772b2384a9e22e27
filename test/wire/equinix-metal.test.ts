import { randomUUID } from 'node:crypto';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { createEquinixMetal } from '../../worker/providers/equinix-metal/index.ts';
import { makePath, takeBackPath } from '../../worker/providers/second-path.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { API_PATH } from '../lab/cloud/api-words.ts';
import { EquinixApi } from '../lab/cloud/equinix-api.ts';
import { type Listening, listen } from '../lab/cloud/listen.ts';
import { CloudState, type Device } from '../lab/cloud/state.ts';
import { describeProvider, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';
import { describeLifeline } from '../worker/providers/conformance-lifeline.ts';

const TOKEN = 'lab-token';
const never = new AbortController().signal;

type Cloud = Awaited<ReturnType<typeof startCloud>>;

async function startCloud() {
  const state = new CloudState();
  const machine = new PretendMachine();
  const deviceId = randomUUID();
  const order = { id: deviceId, hostname: 'web-01', tags: ['prod'], address: '127.0.0.1', number: 1, machine };
  state.addDevice({ ...order, bonded: true });
  const api = new EquinixApi({ state, token: TOKEN, times: { delayMs: 1 } });
  const server: Listening = await listen(express().use(API_PATH, api.router));
  const providerWith = (token: string) =>
    createEquinixMetal({
      apiUrl: `http://127.0.0.1:${server.port}${API_PATH}`,
      token,
      projectId: state.projectId,
      sshPort: 2222,
    });
  const device = state.devices.get(deviceId);
  if (!device) throw new Error('no device');
  return {
    ...{ state, machine, deviceId, device, api, providerWith },
    provider: providerWith(TOKEN),
    tags: ['prod'],
    impostor: () => providerWith('wrong-token-123'),
    strangerId: randomUUID(),
    secrets: [TOKEN],
    fail: api.fail,
    heal: () => api.heal(),
    calls: () => api.requests.length,
    errorBody: (text: string) => ({ errors: [text] }),
    blocks,
    left: async () => {
      const keys = state.keysOf(deviceId).map(({ label }) => label);
      return { keys, runs: machine.booted, power: machine.power, state: device.state, pxe: device.alwaysPxe };
    },
    network: () => [
      ...device.ports.map((port) => `${port.name} ${port.bonded ? 'bonded' : 'alone'} ${port.vlans.size} VLANs`),
      ...state.network.left(),
    ],
    keyLabels: async () => state.keysOf(deviceId).map(({ label }) => label),
    async restarts() {
      const asked = device.events.filter(({ type }) => type.endsWith('.queued')).length;
      const ended = () => device.events.filter(({ type }) => /\.(completed|failed)$/.test(type)).length;
      await vi.waitFor(() => expect(ended()).toBe(asked));
      return machine.starts.filter((target) => target === 'rescue' || target === 'disk');
    },
    async close() {
      await api.close();
      await server.close();
    },
  };
}

const blocks: LeavingApi['blocks'] = [
  ['locked', blockWith({ locked: true }), /web-01 is locked at Equinix Metal: unlock it first/],
  ['always booted by PXE', blockWith({ alwaysPxe: true }), /always boots from the network.*switch always_pxe off/],
  ['powered off', blockWith({ state: 'inactive' }), /powered off.*power it on first/],
  ['between two states', blockWith({ state: 'powering_on' }), /is powering_on.*wait/],
];

function blockWith(change: Partial<Device>) {
  return (test: ApiUnderTest) => void Object.assign((test as Cloud).device, change);
}

describeProvider('equinix-metal', startCloud);
describeApiProvider('equinix-metal', startCloud);
describeFailures('equinix-metal', startCloud);
describeLifeline('equinix-metal', startCloud);

describe('equinix-metal', () => {
  let cloud: Awaited<ReturnType<typeof startCloud>>;
  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.close());

  const state = (signal = never) => cloud.provider.getServer(cloud.deviceId, signal);
  const request = () => requestNow(cloud.provider, cloud.deviceId);
  const actions = () => cloud.api.requests.filter(({ path }) => path.endsWith('/actions')).map(({ body }) => body);

  it('reads every page of the list, each device once', async () => {
    for (let number = 2; number <= 230; number += 1) {
      const order = { hostname: `n-${number}`, tags: [], address: '127.0.0.2', machine: cloud.machine };
      cloud.state.addDevice({ ...order, id: randomUUID(), number: number % 200 });
    }
    const devices = await cloud.provider.listDevices(never);
    expect(new Set(devices.map(({ id }) => id)).size).toBe(230);
    expect(devices).toHaveLength(230);
    expect(cloud.api.requests).toHaveLength(3);
  });

  it('tells MACs, the address and the port of the rescue system', async () => {
    expect(await state()).toMatchObject({ name: 'web-01', macs: ['52:54:00:aa:00:01', '52:54:00:bb:00:01'] });
    expect(await cloud.provider.rescueAccess(cloud.deviceId, await request(), never)).toEqual({
      ...{ host: '127.0.0.1', port: 2222, user: 'root', sudo: false },
      ...{ hostKey: null, published: [] },
    });
  });

  it('gives a key to the one device and never to all', async () => {
    const { publicKey } = generateSshKey('k');
    await cloud.provider.addKey(cloud.deviceId, { label: 'xepa-xe-1', publicKey }, never);
    const sent = cloud.api.requests.find(({ method }) => method === 'POST');
    expect(sent?.body).toEqual({ label: 'xepa-xe-1', key: publicKey, instances_ids: [cloud.deviceId] });
  });

  it('removes every key of the label, also one that somebody else removes meanwhile', async () => {
    for (const name of ['a', 'b']) {
      const { publicKey } = generateSshKey(name);
      cloud.state.addKey({ label: 'xepa-xe-1', key: publicKey, deviceIds: [cloud.deviceId] });
    }
    cloud.api.fail({ method: 'DELETE', path: /ssh-keys/, status: 404 });
    await cloud.provider.removeKey(cloud.deviceId, 'xepa-xe-1', never);
    await cloud.provider.removeKey(cloud.deviceId, 'xepa-xe-1', never);
    expect(await cloud.keyLabels()).toEqual([]);
  });

  it.each(['enterRescue', 'leaveRescue'] as const)('does not repeat a %s whose answer was lost', async (method) => {
    if (method === 'leaveRescue') await cloud.provider.enterRescue(cloud.deviceId, await request(), never);
    await cloud.restarts();
    const asked = await request();
    const before = actions().length;
    cloud.api.fail({ method: 'POST', path: /actions$/, status: 'cut-after' });
    await expect(cloud.provider[method](cloud.deviceId, asked, never)).rejects.toMatchObject({
      code: 'provider-unavailable',
      retry: 'backoff',
    });
    await cloud.provider[method](cloud.deviceId, asked, never);
    expect(actions().length).toBe(before + 1);
  });

  it('repeats a request that was cut before it was taken', async () => {
    const asked = await request();
    cloud.api.fail({ method: 'POST', path: /actions$/, status: 'cut' });
    await expect(cloud.provider.enterRescue(cloud.deviceId, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await cloud.provider.enterRescue(cloud.deviceId, asked, never);
    expect(await cloud.restarts()).toEqual(['rescue']);
  });

  it('switches a device on that a failed rescue left off, once', async () => {
    await cloud.provider.enterRescue(cloud.deviceId, await request(), never);
    await cloud.restarts();
    await cloud.machine.powerOff();
    cloud.device.state = 'inactive';
    const asked = await request();
    await cloud.provider.leaveRescue(cloud.deviceId, asked, never);
    await cloud.provider.leaveRescue(cloud.deviceId, asked, never);
    expect(await cloud.restarts()).toEqual(['rescue', 'disk']);
    expect(actions().at(-1)).toEqual({ type: 'power_on' });
  });
});

describe('the lifeline at equinix-metal', () => {
  let cloud: Awaited<ReturnType<typeof startCloud>>;
  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.close());

  const move = () => {
    if (!cloud.provider.lifeline) throw new Error('there is none');
    return cloud.provider.lifeline;
  };
  const path = (portId = cloud.device.ports[1]?.id ?? '') => ({
    ...{ label: 'xepa-xe-1', deviceId: cloud.deviceId, portId },
  });
  const makeAll = () =>
    makePath(move(), { path: path(), begun: { has: () => true, note: async () => undefined }, signal: never });

  it('goes from the port out of its bond to the address of a block', async () => {
    expect(await makeAll()).toBeNull();
    const changes = cloud.api.requests.filter(({ method }) => method === 'POST');
    const written = `xepa-xe-1 ${cloud.deviceId} ${path().portId}`;
    const [vlan] = cloud.state.network.vlans.keys();
    const [block] = cloud.state.network.blocks.keys();
    expect(changes.map(({ path: at, body }) => [at.replace(path().portId, 'PORT').split('/').at(-1), body])).toEqual([
      ['disbond', {}],
      ['virtual-networks', { metro: 'lo', description: written }],
      ['ips', { type: 'public_ipv4', quantity: 8, metro: 'lo', details: written, fail_on_approval_required: true }],
      ['metal-gateways', { virtual_network_id: vlan, ip_reservation_id: block }],
      ['assign', { vnid: vlan }],
    ]);
    expect(await move().address(path(), never)).toEqual({
      ...{ address: '203.0.113.2', prefix: 29, gateway: '203.0.113.1' },
    });
  });

  it.each([
    ['frozen', () => Object.assign(cloud.device, { networkFrozen: true }), /network is frozen.*lifted first/],
    ['inseparable', () => Object.assign(cloud.device.ports[1] ?? {}, { separable: false }), /does not let eth1 leave/],
    ['in a VLAN', () => cloud.device.ports[0]?.vlans.add('v-1'), /eth0 is in a VLAN already: take it out/],
    ['single', () => Object.assign(cloud.device.ports[1] ?? {}, { bonded: false }), /no bond of two ports/],
  ])('is refused where its ports are %s, before anything is made', async (_what, change, sentence) => {
    change();
    await expect(move().ports(cloud.deviceId, never)).rejects.toMatchObject({
      ...{ code: 'device-unfit', retry: 'no', userMessage: expect.stringMatching(sentence) },
    });
    expect(cloud.api.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('takes no block that somebody would have to approve first', async () => {
    cloud.state.network.overQuota = true;
    await expect(makeAll()).rejects.toMatchObject({ code: 'provider-rejected', retry: 'no' });
    expect(cloud.state.network.blocks.size).toBe(0);
  });

  it('finds its own among more objects than one page holds', async () => {
    for (let index = 0; index < 30; index += 1) {
      cloud.state.network.addBlock({ metro: 'lo', details: `theirs ${index}`, quantity: 8 });
    }
    const more = Array.from({ length: 130 }, (_, index) => `${index}`);
    for (const details of more) cloud.state.network.addBlock({ metro: 'lo', details, quantity: 1 });
    expect(await makeAll()).toBeNull();
    expect(await makeAll()).toBeNull();
    expect(cloud.state.network.blocks.size).toBe(161);
  });

  it('has nothing to mend on a device that is no longer there', async () => {
    await makeAll();
    cloud.state.devices.clear();
    const begun = { has: () => true };
    const takeBack = () => takeBackPath(move(), { path: path(), begun, signal: never });
    await expect.poll(takeBack).toBeNull();
    expect(cloud.state.network.left()).toEqual([]);
  });
});

describe('an API that refuses or fails', () => {
  let cloud: Awaited<ReturnType<typeof startCloud>>;
  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.close());

  const ask = () => cloud.provider.getServer(cloud.deviceId, never);

  it.each([
    [422, 'provider-rejected', 'no', /refused the request: injected 422/],
    [404, 'not-found', 'no', /does not know this device/],
    [500, 'provider-unavailable', 'backoff', /does not work right now: injected 500/],
    [503, 'provider-unavailable', 'backoff', /does not work right now/],
  ])('turns %i into %s', async (status, code, retry, sentence) => {
    cloud.api.fail({ method: 'GET', path: /devices/, status });
    await expect(ask()).rejects.toMatchObject({ code, retry, userMessage: expect.stringMatching(sentence) });
  });

  it('is unavailable when the line is cut', async () => {
    cloud.api.fail({ method: 'GET', path: /devices/, status: 'cut' });
    await expect(ask()).rejects.toMatchObject({ code: 'provider-unavailable', cause: expect.any(Error) });
  });
});
