import { z } from 'zod';

/** What a person asked for of XEPA's own connection to the server. */
export const LifelineWish = z.enum(['move']);
export type LifelineWish = z.infer<typeof LifelineWish>;

/** A port of the device that its provider has joined with others into one bond. */
export const BondedPort = z.object({ id: z.string(), name: z.string(), mac: z.string() });
export type BondedPort = z.infer<typeof BondedPort>;

/** A second path to a device, made for one install. `label` finds whatever belongs to it; all of it is saved before anything is made. */
export const SecondPath = z.object({
  label: z.string(),
  deviceId: z.string(),
  /** The port that leaves its bond and carries the path. */
  portId: z.string(),
});
export type SecondPath = z.infer<typeof SecondPath>;

/** What the device is to call itself on the second path. `prefix`: its length in bits. IPv4. */
export const PathAddress = z.object({ address: z.string(), prefix: z.number(), gateway: z.string() });
export type PathAddress = z.infer<typeof PathAddress>;

/** Which port is given to the VM, and which one carries our connection from then on, by MAC. `portId`: the provider's name for the latter. */
export const LifelinePlan = z.object({
  given: z.string(),
  carries: z.string(),
  portId: z.string(),
  /** IPv4 of the port that is given, as the rescue system had it: `192.0.2.7/31`, and its gateway. */
  before: z.object({ addresses: z.array(z.string()), gateway: z.string().nullable() }),
});
export type LifelinePlan = z.infer<typeof LifelinePlan>;

/** How far our connection has moved. Each thing is written here before it is done. */
export const LifelineFacts = z.object({
  path: SecondPath,
  /** The address at which the rescue system was reached before. */
  host: z.string(),
  /** Names of the parts at the provider that were begun. */
  begun: z.array(z.string()),
  /** There once all parts are made. `since`: from then on the device has its time to answer at it. */
  way: PathAddress.extend({ since: z.number() }).optional(),
  /** The device answered there, and its routes were told to move: the first path may be gone. */
  moving: z.boolean().optional(),
  /** When it was begun to take the parts back. */
  backSince: z.number().optional(),
  /** Nothing of it is left at the provider. */
  gone: z.boolean().optional(),
});
export type LifelineFacts = z.infer<typeof LifelineFacts>;
