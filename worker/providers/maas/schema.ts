import { z } from 'zod';

const Addresses = z.array(z.object({ ip_address: z.string().nullish() }));

/** Only the fields that we use, of version 2.0 of MAAS's API. */
export const MaasMachine = z.object({
  system_id: z.string(),
  hostname: z.string(),
  /** See `MachineStatus`. */
  status: z.number(),
  /** The same in words. */
  status_name: z.string(),
  /** As MAAS saw it last: `on`, `off`, `unknown` or `error`. */
  power_state: z.string(),
  /** How its power is switched; empty where MAAS was not told, `manual` where a person does it. */
  power_type: z.string().nullish(),
  /** A person has locked it against changes. */
  locked: z.boolean().nullish(),
  /** Its system runs from memory and was never written to its disk. */
  ephemeral_deploy: z.boolean().nullish(),
  tag_names: z.array(z.string()),
  ip_addresses: z.array(z.string()).nullish(),
  /** `links`: addresses that it is set up with; `discovered`: what it was seen with while it runs from memory. */
  boot_interface: z.object({ links: Addresses.nullish(), discovered: Addresses.nullish() }).nullish(),
});
export type MaasMachine = z.infer<typeof MaasMachine>;

export const MaasMachines = z.array(MaasMachine);

/** `key` is a line of authorized_keys, with its comment. */
export const MaasSshKey = z.object({ id: z.number(), key: z.string() });
export type MaasSshKey = z.infer<typeof MaasSshKey>;

export const MaasSshKeys = z.array(MaasSshKey);

/** Calls whose answer does not matter. */
export const Anything = z.unknown();

/** What is wrong with each field of a form. */
export const MaasFormErrors = z.record(z.string(), z.array(z.string()));
