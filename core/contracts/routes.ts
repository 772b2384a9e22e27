import { z } from 'zod';

/** An address of a port. `scope` as iproute2 calls it (`global`, `link`, …); `dynamic`: it was leased or announced, and expires. */
export const NicAddress = z.object({
  address: z.string(),
  prefix: z.number(),
  scope: z.string(),
  dynamic: z.boolean(),
});
export type NicAddress = z.infer<typeof NicAddress>;

/** A route of the main table. `to` is a network with its prefix, or `default`; `via` is null where it leads to the wire itself. */
export const Route = z.object({
  family: z.union([z.literal(4), z.literal(6)]),
  to: z.string(),
  via: z.string().nullable(),
  nic: z.string(),
  metric: z.number(),
});
export type Route = z.infer<typeof Route>;
