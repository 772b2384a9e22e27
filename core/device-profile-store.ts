import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type DeviceRef, deviceKey } from './contracts/device.ts';
import { TargetDisk } from './contracts/plan.ts';

/** What the last install learnt of a device's hardware: an approval can be bound to it, and a card can name the disks. */
const DeviceProfile = z.object({
  /** Milliseconds since 1970. */
  seenAt: z.number(),
  /** Serial of the machine. */
  serial: z.string(),
  model: z.string(),
  /** Disks that an installer would have got. */
  disks: z.array(TargetDisk),
});
export type DeviceProfile = z.infer<typeof DeviceProfile>;

/** Hardware of devices as it was last seen. It may be old: what is there now is held against it before anything is written. */
export interface DeviceProfileStore {
  save(device: DeviceRef, profile: DeviceProfile): Promise<void>;
  find(device: DeviceRef): Promise<DeviceProfile | null>;
}

const KEEP_SECONDS = 400 * 24 * 3600;

export function createDeviceProfileStore(redis: Redis): DeviceProfileStore {
  return {
    save: async (device, profile) =>
      void (await redis.set(profileKey(device), JSON.stringify(profile), 'EX', KEEP_SECONDS)),
    async find(device) {
      const json = await redis.get(profileKey(device));
      return json === null ? null : DeviceProfile.parse(JSON.parse(json));
    },
  };
}

function profileKey(device: DeviceRef): string {
  return `xepa:profile:${deviceKey(device)}`;
}
