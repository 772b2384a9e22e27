import { z } from 'zod';

/** A bare-metal server at a provider. `provider` is an adapter's id, `id` the provider's own id of the server. */
export const DeviceRef = z.object({ provider: z.string().min(1), id: z.string().min(1) });
export type DeviceRef = z.infer<typeof DeviceRef>;

/** What the inventory knows of a device before anything touched it. `name` is what people type. */
export const Device = DeviceRef.extend({
  name: z.string().min(1),
  address: z.string().optional(),
  tags: z.array(z.string()),
});
export type Device = z.infer<typeof Device>;

/** Devices over all providers, as a worker last read them. Times are milliseconds since 1970. */
export const Inventory = z.object({
  at: z.number(),
  devices: z.array(Device),
  /** Providers that did not answer, with a sentence for people. */
  problems: z.array(z.object({ provider: z.string(), message: z.string() })),
});
export type Inventory = z.infer<typeof Inventory>;

/** The key of a device in leases and logs. */
export function deviceKey(device: DeviceRef): string {
  return `${device.provider}/${device.id}`;
}
