import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createEquinixMetal } from '../../worker/providers/equinix-metal/index.ts';
import {
  MetalDevice,
  MetalDevicePage,
  MetalEventPage,
  MetalKey,
  MetalKeyPage,
} from '../../worker/providers/equinix-metal/schema.ts';

/** The provider's own description of its API is not ours to pass on: the check runs where somebody put it. */
const file = resolve(import.meta.dirname, '../../../shared/specs/equinix-metal.yaml');

const Schema = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
});
const Description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
type Description = z.infer<typeof Description>;

let description: Description | undefined;

function describedBy(context: TestContext): Description {
  if (!existsSync(file)) context.skip(`the description of the API is not here: ${file}`);
  description ??= Description.parse(parse(readFileSync(file, 'utf8')));
  return description;
}

/** Names of a schema's fields, its parts included. */
function fieldsOf(api: Description, schema: unknown): Map<string, unknown> {
  const { $ref, properties, allOf } = Schema.parse(schema ?? {});
  if ($ref !== undefined) return fieldsOf(api, api.components.schemas[$ref.split('/').at(-1) ?? '']);
  const parts = (allOf ?? []).flatMap((part) => [...fieldsOf(api, part)]);
  return new Map([...parts, ...Object.entries(properties ?? {})]);
}

/** Fields that we read and the description does not have; lists and objects within it are followed. */
function strangers(api: Description, ours: z.ZodType, theirs: unknown, at: string): string[] {
  const shape = shapeOf(ours);
  if (!shape) return [];
  const known = fieldsOf(api, itemsOf(theirs) ?? theirs);
  return Object.entries(shape).flatMap(([name, field]) =>
    known.has(name) ? strangers(api, field, known.get(name), `${at}.${name}`) : [`${at}.${name}`],
  );
}

function itemsOf(schema: unknown): unknown {
  return Schema.safeParse(schema).data?.items;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodArray) return shapeOf(schema.element as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return shapeOf(schema.unwrap() as z.ZodType);
  return undefined;
}

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
    const { enum: actions } = Schema.parse(fieldsOf(api, schemas.DeviceActionInput).get('type'));
    expect(actions).toEqual(expect.arrayContaining(['rescue', 'reboot', 'power_on']));
  });

  it('is compared by a reader that sees a field which is not there', (context) => {
    const api = describedBy(context);
    const ours = z.object({ hostname: z.string(), ip_addresses: z.array(z.object({ colour: z.string() })) });
    expect(strangers(api, ours, api.components.schemas.Device, 'device')).toEqual(['device.ip_addresses.colour']);
  });
});
