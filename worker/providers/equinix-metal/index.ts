import type { Device } from '../../../core/contracts/device.ts';
import { XepaError } from '../../../core/errors.ts';
import type { Adapter } from '../adapter.ts';
import { unlessNotFound } from '../http.ts';
import type { Provider, Request } from '../types.ts';
import { about, title } from './about.ts';
import { createMetalCall, type EquinixMetalOptions, projectPath } from './client.ts';
import { lifelineOf } from './lifeline.ts';
import { Anything, MetalDevice, MetalDevicePage, MetalEventPage, MetalKey, MetalKeyPage } from './schema.ts';

const PAGE_SIZE = 100;

export const equinixMetal: Adapter = {
  about,
  needs: ['EQUINIX_METAL_TOKEN', 'EQUINIX_METAL_PROJECT'],
  connect(config) {
    const { EQUINIX_METAL_TOKEN: token, EQUINIX_METAL_PROJECT: projectId, EQUINIX_METAL_URL: apiUrl } = config;
    if (token === undefined || projectId === undefined) return null;
    return createEquinixMetal({ apiUrl, token, projectId, sshPort: config.XEPA_RESCUE_SSH_PORT });
  },
};

/** The platform of the original XEPA, closed in June 2026: implemented against its published API description. */
export function createEquinixMetal(options: EquinixMetalOptions): Provider {
  const call = createMetalCall(options);
  const project = projectPath(options);
  const keysPath = `${project}/ssh-keys`;

  async function getDevice(deviceId: string, signal: AbortSignal): Promise<MetalDevice> {
    return call(MetalDevice, { path: `/devices/${encodeURIComponent(deviceId)}`, signal });
  }

  async function events(deviceId: string, signal: AbortSignal) {
    const path = `/devices/${encodeURIComponent(deviceId)}/events?per_page=${PAGE_SIZE}`;
    return (await call(MetalEventPage, { path, signal })).events;
  }

  /** The newest event comes first. Which types the service uses is not documented, so words are looked for. */
  async function requestedSince(deviceId: string, word: RegExp, request: Request, signal: AbortSignal) {
    const all = await events(deviceId, signal);
    const known = all.findIndex((event) => event.id === request.marker);
    const newer = known === -1 ? all : all.slice(0, known);
    return newer.some((event) => word.test(`${event.type ?? ''} ${event.body ?? ''}`));
  }

  async function keysLabelled(label: string, signal: AbortSignal) {
    return (await call(MetalKeyPage, { path: keysPath, signal })).ssh_keys.filter((key) => key.label === label);
  }

  async function act(deviceId: string, type: string, signal: AbortSignal): Promise<void> {
    const path = `/devices/${encodeURIComponent(deviceId)}/actions`;
    await call(Anything, { method: 'POST', path, body: { type }, signal });
  }

  return {
    ...about,
    lifeline: lifelineOf(call, project),

    async listDevices(signal) {
      const devices: Device[] = [];
      for (let page = 1, last = 1; page <= last; page += 1) {
        const path = `${project}/devices?page=${page}&per_page=${PAGE_SIZE}`;
        const answer = await call(MetalDevicePage, { path, signal });
        devices.push(...answer.devices.map(toDevice));
        last = answer.meta?.last_page ?? page;
      }
      return devices;
    },

    async getServer(deviceId, signal) {
      const device = await getDevice(deviceId, signal);
      const [newest] = await events(deviceId, signal);
      return {
        name: device.hostname,
        address: addressOf(device),
        macs: device.network_ports.flatMap((port) => (port.data.mac ? [port.data.mac.toLowerCase()] : [])),
        blocked: blockedBecause(device),
        saved: {},
        marker: newest?.id ?? '',
      };
    },

    async addKey(deviceId, key, signal) {
      if ((await keysLabelled(key.label, signal)).length > 0) return;
      // An empty list of instances would mean all of them.
      const body = { label: key.label, key: key.publicKey, instances_ids: [deviceId] };
      await call(MetalKey, { method: 'POST', path: keysPath, body, signal });
    },

    async removeKey(_deviceId, label, signal) {
      for (const key of await keysLabelled(label, signal)) {
        const path = `/ssh-keys/${encodeURIComponent(key.id)}`;
        await unlessNotFound(call(Anything, { method: 'DELETE', path, signal }), null);
      }
    },

    async enterRescue(deviceId, request, signal) {
      if (await requestedSince(deviceId, /rescue/i, request, signal)) return 'heard';
      await act(deviceId, 'rescue', signal);
      return 'asked';
    },

    async rescueAccess(deviceId, _request, signal) {
      const host = addressOf(await getDevice(deviceId, signal));
      return { host, port: options.sshPort, user: 'root', sudo: false, hostKey: null, published: [] };
    },

    async leaveRescue(deviceId, request, signal) {
      if (await requestedSince(deviceId, /^(?!.*rescue).*(reboot|power_?on)/i, request, signal)) return;
      await act(deviceId, restartOf(await getDevice(deviceId, signal)), signal);
    },
  };
}

function toDevice(device: MetalDevice): Device {
  const address = publicAddress(device);
  return {
    provider: about.id,
    id: device.id,
    name: device.hostname,
    tags: device.tags,
    ...(address ? { address } : {}),
  };
}

function publicAddress(device: MetalDevice): string | undefined {
  const v4 = device.ip_addresses.filter((ip) => ip.address_family !== 6);
  return (v4.find((ip) => ip.public && ip.management) ?? v4.find((ip) => ip.public) ?? v4[0])?.address;
}

/** A rescue that failed may have left the device switched off; one that is on its way somewhere takes no action. */
function restartOf({ state }: MetalDevice): 'reboot' | 'power_on' {
  if (state === 'active') return 'reboot';
  if (state === 'inactive') return 'power_on';
  throw new XepaError('provider-unavailable', {
    message: `the device is ${state}`,
    userMessage: `The device is ${state} at ${title}; XEPA waits until that is over.`,
    retry: 'backoff',
  });
}

function addressOf(device: MetalDevice): string {
  const address = publicAddress(device);
  if (address !== undefined) return address;
  throw new XepaError('device-unfit', {
    message: `device ${device.id} has no IPv4 address`,
    userMessage: `${device.hostname} has no IPv4 address, so its rescue system cannot be reached.`,
  });
}

function blockedBecause(device: MetalDevice): string | null {
  if (device.always_pxe)
    return `${device.hostname} always boots from the network at ${title}: switch always_pxe off first.`;
  if (device.locked) return `${device.hostname} is locked at ${title}: unlock it first.`;
  if (device.state === 'inactive') return `${device.hostname} is powered off at ${title}: power it on first.`;
  if (device.state !== 'active') return `${device.hostname} is ${device.state} at ${title}: wait until it is active.`;
  return null;
}
