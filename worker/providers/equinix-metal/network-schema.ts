import { z } from 'zod';

/** Only the fields that we use; see the provider's published API description (Metal API v1). */
export const MetalPort = z.object({
  id: z.string(),
  name: z.string().default(''),
  type: z.string().default('NetworkPort'),
  data: z.object({ mac: z.string().nullish(), bonded: z.boolean().default(false) }).default({ bonded: false }),
  bond: z.object({ id: z.string() }).nullish(),
  /** Absent: it is not said, and trying tells. */
  disbond_operation_supported: z.boolean().nullish(),
  virtual_networks: z.array(z.object({ id: z.string() })).default([]),
});
export type MetalPort = z.infer<typeof MetalPort>;

/** A device as its network sees it. */
export const MetalDeviceNetwork = z.object({
  id: z.string(),
  hostname: z.string(),
  network_frozen: z.boolean().nullish(),
  metro: z.object({ code: z.string() }),
  network_ports: z.array(MetalPort),
});
export type MetalDeviceNetwork = z.infer<typeof MetalDeviceNetwork>;

export const MetalVlan = z.object({ id: z.string(), description: z.string().nullish() });
export type MetalVlan = z.infer<typeof MetalVlan>;
export const MetalVlanList = z.object({ virtual_networks: z.array(MetalVlan) });

const pages = z.object({ last_page: z.number() }).optional();

/** A block of addresses. Blocks of other kinds stand in the same list, and need have none of this. */
export const MetalBlock = z.object({
  id: z.string(),
  details: z.string().nullish(),
  state: z.string().nullish(),
  network: z.string().nullish(),
  cidr: z.number().nullish(),
  gateway: z.string().nullish(),
});
export type MetalBlock = z.infer<typeof MetalBlock>;
export const MetalBlockPage = z.object({ ip_addresses: z.array(MetalBlock), meta: pages });

export const MetalGateway = z.object({
  id: z.string(),
  state: z.string().nullish(),
  virtual_network: z.object({ id: z.string().optional() }).nullish(),
});
export type MetalGateway = z.infer<typeof MetalGateway>;
export const MetalGatewayPage = z.object({ metal_gateways: z.array(MetalGateway), meta: pages });
