import { randomUUID } from 'node:crypto';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { API_PATH } from '../lab/cloud/api-words.ts';
import { EquinixApi } from '../lab/cloud/equinix-api.ts';
import { type Listening, listen } from '../lab/cloud/listen.ts';
import { metadataRouter } from '../lab/cloud/metadata.ts';
import { CloudState } from '../lab/cloud/state.ts';

const TOKEN = 'lab-token';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHqmI9nJkOgPnyjMKTq0rZmJqgrH8hYvSR7b5mdlYJ0B install@xepa';

let state: CloudState;
let api: EquinixApi;
let server: Listening;
let machine: PretendMachine;
let deviceId: string;

beforeEach(async () => {
  state = new CloudState();
  machine = new PretendMachine();
  deviceId = randomUUID();
  state.addDevice({ id: deviceId, hostname: 'web-01', tags: ['prod'], address: '127.0.77.1', number: 1, machine });
  api = new EquinixApi({ state, token: TOKEN, times: { delayMs: 5 } });
  server = await listen(express().use('/metadata', metadataRouter(state)).use(API_PATH, api.router));
});

afterEach(async () => {
  await api.close();
  await server.close();
});

async function call(method: string, path: string, body?: unknown, token = TOKEN) {
  const response = await fetch(`http://127.0.0.1:${server.port}${API_PATH}${path}`, {
    method,
    headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text) };
}

const act = (type: string) => call('POST', `/devices/${deviceId}/actions`, { type });
const addKey = (more: object = {}) =>
  call('POST', `/projects/${state.projectId}/ssh-keys`, {
    label: 'xepa',
    key: KEY,
    instances_ids: [deviceId],
    ...more,
  });
const metadata = (path: string) => fetch(`http://127.0.0.1:${server.port}/metadata/${path}`);

describe('who is asking', () => {
  it('answers 401 in the "error" shape to a wrong token', async () => {
    const { status, json } = await call('GET', `/devices/${deviceId}`, undefined, 'other');
    expect(status).toBe(401);
    expect(json).toEqual({ error: 'Invalid authentication token' });
  });

  it('answers 404 in the "errors" shape to an unknown device, project, key and path', async () => {
    for (const path of [`/devices/${randomUUID()}`, `/projects/${randomUUID()}/devices`, '/nonsense']) {
      expect(await call('GET', path)).toMatchObject({ status: 404, json: { errors: ['Not found'] } });
    }
    expect(await call('DELETE', `/ssh-keys/${randomUUID()}`)).toMatchObject({ status: 404 });
  });
});

describe('devices', () => {
  it('shows a device with its address, its MACs and what it believes to run', async () => {
    const { json } = await call('GET', `/devices/${deviceId}?include=project_lite`);
    expect(json).toMatchObject({
      id: deviceId,
      hostname: 'web-01',
      state: 'active',
      tags: ['prod'],
      operating_system: { slug: 'debian_12' },
      project_lite: { id: state.projectId },
    });
    expect(json.ip_addresses).toContainEqual(
      expect.objectContaining({ address: '127.0.77.1', public: true, management: true, address_family: 4 }),
    );
    expect(json.network_ports.map((port: { data: { mac: string } }) => port.data.mac)).toEqual([
      '52:54:00:aa:00:01',
      '52:54:00:bb:00:01',
    ]);
  });

  it('lists devices page by page, each exactly once', async () => {
    for (let number = 2; number <= 23; number += 1) {
      state.addDevice({
        id: randomUUID(),
        hostname: `n-${number}`,
        tags: [],
        address: `127.0.77.${number}`,
        number,
        machine,
      });
    }
    const seen = new Set<string>();
    let next: string | null = `/projects/${state.projectId}/devices`;
    const sizes: number[] = [];
    while (next !== null) {
      const { json } = await call('GET', next);
      expect(json.meta.total).toBe(23);
      sizes.push(json.devices.length);
      for (const { id } of json.devices) seen.add(id);
      next = json.meta.next === null ? null : json.meta.next.href.slice(API_PATH.length);
    }
    expect(sizes).toEqual([10, 10, 3]);
    expect(seen.size).toBe(23);
  });

  it('refuses a page size above 1000', async () => {
    expect(await call('GET', `/projects/${state.projectId}/devices?per_page=1001`)).toMatchObject({ status: 422 });
  });
});

describe('actions', () => {
  it('accepts rescue with an empty 202 and carries it out afterwards, without a state of its own', async () => {
    const release = machine.hold();
    expect(await act('rescue')).toMatchObject({ status: 202, text: '' });
    expect(machine.booted).toBe('disk');
    release();
    await vi.waitFor(() => expect(machine.booted).toBe('rescue'));
    await vi.waitFor(async () => {
      const { json } = await call('GET', `/devices/${deviceId}`);
      expect(json).toMatchObject({ state: 'active', operating_system: { slug: 'alpine_3' } });
    });
  });

  it('leaves rescue by a reboot from the disk', async () => {
    await act('rescue');
    await vi.waitFor(() => expect(machine.booted).toBe('rescue'));
    await act('reboot');
    await vi.waitFor(() => expect(machine.booted).toBe('disk'));
    await vi.waitFor(() => expect(state.devices.get(deviceId)?.operatingSystem).toBe('debian_12'));
  });

  it('goes through powering_off to inactive, and back on', async () => {
    const release = machine.hold();
    await act('power_off');
    expect((await call('GET', `/devices/${deviceId}`)).json.state).toBe('powering_off');
    release();
    await vi.waitFor(() => expect(state.devices.get(deviceId)?.state).toBe('inactive'));
    expect(machine.power).toBe('off');
    await act('power_on');
    await vi.waitFor(() => expect(state.devices.get(deviceId)?.state).toBe('active'));
    expect(machine.booted).toBe('disk');
  });

  it('refuses what makes no sense in this state, what it does not know, and a locked device', async () => {
    expect(await act('power_on')).toMatchObject({ status: 422, json: { errors: ['Device is already powered on'] } });
    expect(await act('levitate')).toMatchObject({ status: 422 });
    await call('PUT', `/devices/${deviceId}`, { locked: true });
    expect(await act('reboot')).toMatchObject({ status: 422, json: { errors: ['Device is locked'] } });
    expect(machine.booted).toBe('disk');
  });

  it('reports each action in the events, newest first, and its failure too', async () => {
    await act('rescue');
    await vi.waitFor(() => expect(machine.booted).toBe('rescue'));
    machine.broken = true;
    await act('reboot');
    await vi.waitFor(async () => {
      const { json } = await call('GET', `/devices/${deviceId}/events`);
      const types = json.events.map(({ type }: { type: string }) => type);
      expect(types[0]).toBe('reboot.failed');
      expect(types.at(-1)).toBe('rescue.queued');
    });
    expect(state.devices.get(deviceId)?.state).toBe('inactive');
  });
});

describe('keys', () => {
  it('puts a key into the metadata of the devices it names, and takes it out again', async () => {
    const { status, json } = await addKey();
    expect(status).toBe(201);
    expect(json.fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    expect(await (await metadata(`${deviceId}/public-keys`)).text()).toBe(`${KEY}\n`);
    expect((await call('GET', `/devices/${deviceId}/ssh-keys`)).json.ssh_keys).toHaveLength(1);

    expect(await call('DELETE', `/ssh-keys/${json.id}`)).toMatchObject({ status: 204, text: '' });
    expect(await (await metadata(`${deviceId}/public-keys`)).text()).toBe('');
    expect(await call('DELETE', `/ssh-keys/${json.id}`)).toMatchObject({ status: 404 });
  });

  it('gives a key to every device when the list is empty, and to no other than the named one otherwise', async () => {
    const other = randomUUID();
    state.addDevice({ id: other, hostname: 'web-02', tags: [], address: '127.0.77.2', number: 2, machine });
    const { json } = await addKey();
    expect(await (await metadata(`${other}/public-keys`)).text()).toBe('');
    await call('DELETE', `/ssh-keys/${json.id}`);
    await addKey({ instances_ids: [] });
    expect(await (await metadata(`${other}/public-keys`)).text()).toBe(`${KEY}\n`);
  });

  it('refuses what is not a public key, a key it has already, and unknown devices', async () => {
    expect(await addKey({ key: 'ssh-ed25519 AAAAnonsense' })).toMatchObject({ status: 422 });
    expect(await addKey({ instances_ids: [randomUUID()] })).toMatchObject({ status: 422 });
    expect(await addKey()).toMatchObject({ status: 201 });
    expect(await addKey({ label: 'again' })).toMatchObject({
      status: 422,
      json: { errors: ['Key has already been taken'] },
    });
  });

  it('finds project keys by label', async () => {
    await addKey({ label: 'xepa-xe-7f3kq2' });
    const path = `/projects/${state.projectId}/ssh-keys`;
    expect((await call('GET', `${path}?query=7f3kq2`)).json.ssh_keys).toHaveLength(1);
    expect((await call('GET', `${path}?query=other`)).json.ssh_keys).toHaveLength(0);
  });

  it('names the user whom the keys of a rescue let in, where that is not root', async () => {
    const device = state.devices.get(deviceId);
    Object.assign(device ?? {}, { rescueKeys: [KEY], rescueUser: 'rescue' });
    expect(await (await metadata(`${deviceId}/public-keys`)).text()).toBe(`# user: rescue\n${KEY}\n`);
  });

  it('names the password of root where a person is to log in', async () => {
    Object.assign(state.devices.get(deviceId) ?? {}, { rescuePassword: 'hush' });
    expect(await (await metadata(`${deviceId}/public-keys`)).text()).toBe('# password: hush\n');
  });

  it('tells no metadata of a device it does not have', async () => {
    expect((await metadata(`${randomUUID()}/public-keys`)).status).toBe(404);
  });

  it('hears a rescue system phone home', async () => {
    await fetch(`http://127.0.0.1:${server.port}/metadata/${deviceId}/phone-home`, { method: 'POST' });
    expect(state.devices.get(deviceId)?.events.at(-1)?.type).toBe('phone_home');
  });
});

describe('faults', () => {
  it('answers with a status as often as told, and does nothing', async () => {
    api.fail({ method: 'POST', path: /actions$/, status: 503, times: 2, headers: { 'Retry-After': '1' } });
    expect(await act('rescue')).toMatchObject({ status: 503 });
    expect(await act('rescue')).toMatchObject({ status: 503 });
    expect(state.devices.get(deviceId)?.events).toEqual([]);
    expect(await act('rescue')).toMatchObject({ status: 202 });
  });

  it('cuts the connection before or after the action was taken', async () => {
    const path = `/devices/${deviceId}/actions`;
    api.fail({ method: 'POST', path, status: 'cut' });
    await expect(act('rescue')).rejects.toThrow('fetch failed');
    expect(state.devices.get(deviceId)?.events).toEqual([]);

    api.fail({ method: 'POST', path, status: 'cut-after' });
    await expect(act('rescue')).rejects.toThrow('fetch failed');
    await vi.waitFor(() => expect(machine.booted).toBe('rescue'));
  });

  it('never answers while it hangs, and is well again when healed', async () => {
    api.fail({ method: 'GET', path: `/devices/${deviceId}`, status: 'hang', times: 100 });
    const url = `http://127.0.0.1:${server.port}${API_PATH}/devices/${deviceId}`;
    const headers = { 'X-Auth-Token': TOKEN };
    await expect(fetch(url, { headers, signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    api.heal();
    expect(await call('GET', `/devices/${deviceId}`)).toMatchObject({ status: 200 });
  });

  it('keeps a record of every request', async () => {
    await act('rescue');
    expect(api.requests).toEqual([{ method: 'POST', path: `/devices/${deviceId}/actions`, body: { type: 'rescue' } }]);
  });
});
