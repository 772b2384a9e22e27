import type { Redis } from 'ioredis';
import { type DeviceRef, deviceKey } from '../core/contracts/device.ts';
import { isFinal } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';

/**
 * Keeps two people from asking for the same device at the same moment, and tells the second one who was first.
 * The worker's lease is what protects the device; this only answers sooner.
 */
export interface DeviceClaims {
  /** Null when the device is now claimed for `installId`, for some seconds; else the id of the install that has it. */
  take(device: DeviceRef, installId: string): Promise<string | null>;
  /** The install is recorded now: the claim stays until that has ended. */
  keep(device: DeviceRef, installId: string): Promise<void>;
  drop(device: DeviceRef, installId: string): Promise<void>;
  /** The id of the install that has the device or asks for it, or null. */
  holder(device: DeviceRef): Promise<string | null>;
}

/** Puts ours in place of an ended install's claim, or in an empty place. ARGV: what was read or '', ours, seconds. */
const swapScript = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;
const keepScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return 0`;
const dropScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Within this time the record is written, or whoever claimed the device has died. */
const CLAIM_SECONDS = 30;
const KEEP_SECONDS = 30 * 24 * 3600;

export function createDeviceClaims(deps: { redis: Redis; store: Pick<InstallStore, 'find'> }): DeviceClaims {
  const { redis, store } = deps;
  const isOpen = async (installId: string) => {
    const record = await store.find(installId);
    // Without a record yet, somebody is just writing it.
    return !record || !isFinal(record);
  };
  return {
    async take(device, installId) {
      const key = claimKey(device);
      const holder = (await redis.get(key)) ?? '';
      if (holder !== '' && (await isOpen(holder))) return holder;
      const taken = await redis.eval(swapScript, 1, key, holder, installId, String(CLAIM_SECONDS));
      return taken === 1 ? null : ((await redis.get(key)) ?? 'another one');
    },
    keep: async (device, installId) =>
      void (await redis.eval(keepScript, 1, claimKey(device), installId, String(KEEP_SECONDS))),
    drop: async (device, installId) => void (await redis.eval(dropScript, 1, claimKey(device), installId)),
    async holder(device) {
      const id = await redis.get(claimKey(device));
      return id !== null && (await isOpen(id)) ? id : null;
    },
  };
}

function claimKey(device: DeviceRef): string {
  return `xepa:slack:device:${deviceKey(device)}`;
}
