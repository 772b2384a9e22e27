import { z } from 'zod';

/** Only the fields that we use; see the provider's published API description (Metal API v1). */
export const MetalDevice = z.object({
  id: z.string(),
  hostname: z.string(),
  state: z.string(),
  tags: z.array(z.string()).default([]),
  locked: z.boolean().default(false),
  always_pxe: z.boolean().default(false),
  ip_addresses: z
    .array(
      z.object({
        address: z.string(),
        address_family: z.number().optional(),
        public: z.boolean().default(false),
        management: z.boolean().default(false),
      }),
    )
    .default([]),
  network_ports: z
    .array(
      z.object({
        type: z.string().optional(),
        data: z.object({ mac: z.string().nullish() }).default({}),
      }),
    )
    .default([]),
});
export type MetalDevice = z.infer<typeof MetalDevice>;

export const MetalDevicePage = z.object({
  devices: z.array(MetalDevice),
  meta: z.object({ current_page: z.number(), last_page: z.number() }).optional(),
});

export const MetalEventPage = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      type: z.string().nullish(),
      body: z.string().nullish(),
      created_at: z.string().nullish(),
    }),
  ),
});

export const MetalKey = z.object({ id: z.string(), label: z.string() });
export const MetalKeyPage = z.object({ ssh_keys: z.array(MetalKey) });

/** Errors come as one text or as a list of texts. */
export const MetalError = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ errors: z.array(z.string()) }).transform(({ errors }) => errors.join('; ')),
]);

/** Calls that answer without a body, or with one that does not matter. */
export const Anything = z.unknown();
