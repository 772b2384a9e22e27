import { API_PATH, type Json, stableId } from './api-words.ts';
import { renderPorts } from './equinix-ports.ts';
import type { CloudState, Device, DeviceEvent, SshKey } from './state.ts';

/** A device as the API shows it. `include` replaces links by what they point to. */
export function renderDevice(state: CloudState, device: Device, include: ReadonlySet<string>): Json {
  const keys = state.keysOf(device.id);
  const project = `${API_PATH}/projects/${state.projectId}`;
  return {
    id: device.id,
    short_id: device.id.slice(0, 8),
    href: `${API_PATH}/devices/${device.id}`,
    hostname: device.hostname,
    description: null,
    state: device.state,
    tags: device.tags,
    locked: device.locked,
    always_pxe: device.alwaysPxe,
    network_frozen: device.networkFrozen,
    bonding_mode: 5,
    billing_cycle: 'hourly',
    user: 'root',
    sos: `${device.id}@sos.lab.invalid`,
    created_at: device.createdAt.toISOString(),
    updated_at: (device.events.at(-1)?.createdAt ?? device.createdAt).toISOString(),
    operating_system: operatingSystem(device.operatingSystem),
    plan: { id: stableId('plan'), slug: 'lab.small.x86', name: 'lab.small.x86' },
    metro: { id: stableId('metro'), code: 'lo', name: 'Loopback', country: 'XX' },
    facility: { id: stableId('facility'), code: 'lo1', name: 'Loopback 1' },
    ip_addresses: addresses(device),
    network_ports: renderPorts(device),
    actions: [{ type: device.state === 'inactive' ? 'power_on' : 'power_off', name: 'Power' }],
    ssh_keys: include.has('ssh_keys')
      ? keys.map(renderKey)
      : keys.map(({ id }) => ({ href: `${API_PATH}/ssh-keys/${id}` })),
    project: include.has('project') ? { id: state.projectId, name: 'lab', href: project } : { href: project },
    project_lite: include.has('project_lite') ? { id: state.projectId, name: 'lab', href: project } : { href: project },
  };
}

export function renderEvent(device: Device, event: DeviceEvent): Json {
  return {
    id: event.id,
    href: `${API_PATH}/events/${event.id}`,
    type: event.type,
    body: event.body,
    interpolated: `${device.hostname}: ${event.body}`,
    created_at: event.createdAt.toISOString(),
    relationships: [{ href: `${API_PATH}/devices/${device.id}` }],
  };
}

export function renderKey(key: SshKey): Json {
  return {
    id: key.id,
    href: `${API_PATH}/ssh-keys/${key.id}`,
    label: key.label,
    key: key.key,
    fingerprint: key.fingerprint,
    created_at: key.createdAt.toISOString(),
    updated_at: key.createdAt.toISOString(),
    tags: [],
  };
}

export interface Page<T> {
  items: T[];
  meta: Json;
}

/** One page of a list with the links to the others; `page` counts from 1. */
export function paginate<T>(
  all: readonly T[],
  path: string,
  { page, perPage }: { page: number; perPage: number },
): Page<T> {
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const link = (number: number) => ({ href: `${API_PATH}${path}?page=${number}&per_page=${perPage}` });
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    meta: {
      first: link(1),
      last: link(last),
      next: page < last ? link(page + 1) : null,
      previous: page > 1 ? link(page - 1) : null,
      self: link(page),
      total: all.length,
      current_page: page,
      last_page: last,
    },
  };
}

function operatingSystem(slug: string): Json {
  const [distro = '', version = ''] = slug.split('_');
  return { id: stableId(slug), slug, name: `${distro} ${version}`, distro, version };
}

function addresses(device: Device): Json[] {
  const address = (fields: Json & { address: string }) => ({
    id: stableId(`${device.id} ${fields.address}`),
    href: `${API_PATH}/ips/${stableId(`${device.id} ${fields.address}`)}`,
    enabled: true,
    manageable: true,
    global_ip: false,
    assigned_to: { href: `${API_PATH}/devices/${device.id}` },
    ...fields,
  });
  const network = device.address.replace(/\d+$/, '0');
  const publicOne = { address: device.address, public: true, cidr: 24, netmask: '255.255.255.0', network };
  const privateOne = { address: '10.0.2.15', public: false, cidr: 24, netmask: '255.255.255.0', network: '10.0.2.0' };
  return [
    address({ ...publicOne, gateway: device.address.replace(/\d+$/, '254'), address_family: 4, management: true }),
    address({ ...privateOne, gateway: '10.0.2.2', address_family: 4, management: true }),
  ];
}
