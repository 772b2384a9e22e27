import { z } from 'zod';

/**
 * A bare-metal server at a provider. `provider` is an adapter's id, in an account that has a name with that behind it
 * ("acme:berlin"); `id` is the provider's own id of the server.
 */
export const DeviceRef = z.object({ provider: z.string().min(1), id: z.string().min(1) });
export type DeviceRef = z.infer<typeof DeviceRef>;

/** What the inventory knows of a device before anything touched it. `name` is what people type. */
export const Device = DeviceRef.extend({
  name: z.string().min(1),
  address: z.string().optional(),
  tags: z.array(z.string()),
});
export type Device = z.infer<typeof Device>;

/** A provider, or one account of it, as the inventory sees it. */
export const InventorySource = z.object({
  /** As devices have it. */
  provider: z.string(),
  /** When it last gave its list, in milliseconds since 1970; null: never. */
  at: z.number().nullable(),
  /** It asked not to be asked before this time, in milliseconds since 1970. */
  notBefore: z.number().optional(),
  /** Its API can make a second path to a device; absent where that was not told yet. */
  secondPath: z.boolean().optional(),
});
export type InventorySource = z.infer<typeof InventorySource>;

/** Devices over all providers, as a worker last read them. Times are milliseconds since 1970. */
export const Inventory = z.object({
  /** When the providers were last asked; `sources` says who answered. */
  at: z.number(),
  /** Those of a provider that does not answer stay as they were. */
  devices: z.array(Device),
  /** Providers that did not answer or not well, with a sentence for people. */
  problems: z.array(z.object({ provider: z.string(), message: z.string() })),
  /** Absent in lists from before it was kept, which held no devices of who did not answer. */
  sources: z.array(InventorySource).optional(),
});
export type Inventory = z.infer<typeof Inventory>;

/** When the provider of a device last told of it, in milliseconds since 1970. */
export function seenAt({ at, sources = [] }: Pick<Inventory, 'at' | 'sources'>, { provider }: DeviceRef): number {
  return sources.find((source) => source.provider === provider)?.at ?? at;
}

/** Can a provider make a second path to its devices? Undefined where that was not told. */
export function secondPathAt({ sources = [] }: Pick<Inventory, 'sources'>, provider: string): boolean | undefined {
  return sources.find((source) => source.provider === provider)?.secondPath;
}

/** The key of a device in leases and logs. */
export function deviceKey(device: DeviceRef): string {
  return `${device.provider}/${device.id}`;
}
