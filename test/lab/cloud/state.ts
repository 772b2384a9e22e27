import { createHash, randomUUID } from 'node:crypto';
import type { MachinePower } from '../machine/machine.ts';
import { lifelineMac, passthroughMac } from '../machine/spec.ts';
import { type LabPort, labPort, NetworkState } from './network-state.ts';

/** The states of the provider's description that this cloud can be in. There is none for rescue. */
export type DeviceState = 'active' | 'inactive' | 'powering_on' | 'powering_off';

export interface DeviceEvent {
  id: string;
  type: string;
  body: string;
  createdAt: Date;
}

export interface SshKey {
  id: string;
  label: string;
  key: string;
  fingerprint: string;
  createdAt: Date;
  /** Devices whose metadata has this key. */
  deviceIds: ReadonlySet<string>;
}

/** What was ordered; `number` gives the MACs. */
export interface DeviceOrder {
  id: string;
  hostname: string;
  tags: readonly string[];
  address: string;
  number: number;
  machine: MachinePower;
  /** Its ports are joined in one bond. */
  bonded?: boolean;
}

export interface Device {
  readonly id: string;
  readonly address: string;
  readonly macs: readonly string[];
  readonly ports: readonly LabPort[];
  /** Nobody may change its ports. */
  networkFrozen: boolean;
  readonly machine: MachinePower;
  readonly createdAt: Date;
  readonly events: DeviceEvent[];
  hostname: string;
  tags: readonly string[];
  state: DeviceState;
  /** Slug: what the provider believes to run. */
  operatingSystem: string;
  locked: boolean;
  /** An action is being carried out: it sets the state, not the machine's power. */
  busy: boolean;
  alwaysPxe: boolean;
  /** Public keys that another provider's API gave to the rescue system of this boot. */
  rescueKeys: readonly string[];
  /** Whom that rescue system lets in; root by sudo where it is another one. */
  rescueUser: 'root' | 'rescue' | 'ubuntu';
  /** Lets root in, where a person is to log in to the rescue system of this boot; else nobody is let in by one. */
  rescuePassword: string | null;
}

/** Slug under which the provider's boot service lists its rescue system. */
export const RESCUE_SLUG = 'alpine_3';
/** What the provider believes to be on the disk. */
export const INSTALLED_SLUG = 'debian_12';

/** All that the provider remembers: one project, its devices and its keys. */
export class CloudState {
  readonly projectId = randomUUID();
  readonly devices = new Map<string, Device>();
  readonly keys = new Map<string, SshKey>();
  readonly network = new NetworkState();

  addDevice(order: DeviceOrder): Device {
    const { number, bonded = false, ...rest } = order;
    const macs = [lifelineMac(number), passthroughMac(number)];
    const device: Device = {
      ...rest,
      macs,
      ports: macs.map((mac, index) => labPort(mac, `eth${index}`, bonded)),
      networkFrozen: false,
      createdAt: new Date(),
      events: [],
      state: order.machine.power === 'on' ? 'active' : 'inactive',
      operatingSystem: INSTALLED_SLUG,
      locked: false,
      busy: false,
      alwaysPxe: false,
      rescueKeys: [],
      rescueUser: 'root',
      rescuePassword: null,
    };
    this.devices.set(device.id, device);
    return device;
  }

  /** An empty list of devices means all of the project's, as the provider says. */
  addKey({ label, key, deviceIds }: { label: string; key: string; deviceIds: readonly string[] }): SshKey {
    const ids = deviceIds.length === 0 ? [...this.devices.keys()] : deviceIds;
    const added: SshKey = {
      id: randomUUID(),
      label,
      key,
      fingerprint: fingerprint(key),
      createdAt: new Date(),
      deviceIds: new Set(ids),
    };
    this.keys.set(added.id, added);
    return added;
  }

  keysOf(deviceId: string): SshKey[] {
    return [...this.keys.values()].filter((key) => key.deviceIds.has(deviceId));
  }

  /** What the device's rescue system lets in, however it came there. */
  publicKeysOf(deviceId: string): string[] {
    return [...this.keysOf(deviceId).map(({ key }) => key), ...(this.devices.get(deviceId)?.rescueKeys ?? [])];
  }

  hasKey(key: string): boolean {
    const wanted = keyMaterial(key);
    return [...this.keys.values()].some((known) => keyMaterial(known.key) === wanted);
  }
}

/** Notes what happened to a device, newest last. */
export function record(device: Device, type: string, body: string): void {
  device.events.push({ id: randomUUID(), type, body, createdAt: new Date() });
}

/** Is this one line of an OpenSSH public key? */
export function isPublicKey(line: string): boolean {
  const match = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/.exec(
    line.trim(),
  );
  if (match === null) return false;
  const [, type = '', blob = ''] = match;
  const bytes = Buffer.from(blob, 'base64');
  return bytes.length > 4 && bytes.subarray(4, 4 + type.length).toString() === type;
}

function keyMaterial(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(' ');
}

function fingerprint(key: string): string {
  const blob = Buffer.from(keyMaterial(key).split(' ')[1] ?? '', 'base64');
  return (createHash('md5').update(blob).digest('hex').match(/../g) ?? []).join(':');
}
