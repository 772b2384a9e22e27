import { describe, expect, it, type TestContext, vi } from 'vitest';
import { z } from 'zod';
import { createEquinixMetal } from '../../worker/providers/equinix-metal/index.ts';
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

/** Every call that the adapter makes, as the description writes its paths. */
async function callsOfTheAdapter(): Promise<string[]> {
  const seen = new Set<string>();
  const answers: [RegExp, unknown][] = [
    [/\/events\?/, { events: [] }],
    [/\/ssh-keys$/, { id: 'k-1', label: 'xepa', ssh_keys: [{ id: 'k-1', label: 'xepa' }] }],
    [/\/projects\/p-1\/devices\?/, { devices: [] }],
    [/./, { id: 'd-1', hostname: 'h', state: 'active', ip_addresses: [{ address: '127.0.0.1' }] }],
  ];
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const template = pathname.slice('/v1'.length).replace(/\/(p-1|d-1|k-1)(?=\/|$)/g, '/{id}');
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

async function useAll(): Promise<void> {
  const metal = createEquinixMetal({ apiUrl: 'http://api.invalid/v1', token: 't', projectId: 'p-1', sshPort: 22 });
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
}

describe('the published description of Equinix Metal', () => {
  it('has every call that the adapter makes', async (context) => {
    const api = describedBy(context);
    const calls = await callsOfTheAdapter();
    expect(calls).toHaveLength(7);
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
    const actions = valuesOf(api, fieldsOf(api, schemas.DeviceActionInput).get('type'));
    expect(actions).toEqual(expect.arrayContaining(['rescue', 'reboot', 'power_on']));
  });

  it('is compared by a reader that sees a field which is not there', (context) => {
    const api = describedBy(context);
    const ours = z.object({ hostname: z.string(), ip_addresses: z.array(z.object({ colour: z.string() })) });
    expect(strangers(api, ours, api.components.schemas.Device, 'device')).toEqual(['device.ip_addresses.colour']);
  });
});
