import type { Redis } from 'ioredis';
import { type DeviceRef, deviceKey } from './contracts/device.ts';

/** One install per device. A lease has no end of its own: it is given back by the install, however that ends. */
export interface DeviceLeases {
  /** Takes the device for the install; answers with the id of whoever holds it now, which is the caller on success. */
  take(device: DeviceRef, installId: string): Promise<string>;
  /** Gives it back; does nothing when somebody else holds it. */
  release(device: DeviceRef, installId: string): Promise<void>;
  holder(device: DeviceRef): Promise<string | null>;
}

const takeScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX') then return ARGV[1] end
return redis.call('GET', KEYS[1])`;
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

export function createDeviceLeases(redis: Redis): DeviceLeases {
  return {
    take: async (device, installId) => String(await redis.eval(takeScript, 1, leaseKey(device), installId)),
    release: async (device, installId) => void (await redis.eval(releaseScript, 1, leaseKey(device), installId)),
    holder: (device) => redis.get(leaseKey(device)),
  };
}

function leaseKey(device: DeviceRef): string {
  return `xepa:lease:${deviceKey(device)}`;
}
