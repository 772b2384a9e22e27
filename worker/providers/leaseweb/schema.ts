import { z } from 'zod';

/** Only the fields that we use, of Leaseweb's API for dedicated servers (v2). */
export const LeasewebServer = z.object({
  id: z.string(),
  /** `reference`: the name that its owner gave it. */
  contract: z.object({ reference: z.string().nullish() }).nullish(),
  networkInterfaces: z
    .object({ public: z.object({ ip: z.string().nullish(), nullRouted: z.boolean().nullish() }).nullish() })
    .nullish(),
  featureAvailability: z.object({ automation: z.boolean().optional(), powerCycle: z.boolean().optional() }).nullish(),
  specs: z.object({ chassis: z.string().nullish() }).nullish(),
});
export type LeasewebServer = z.infer<typeof LeasewebServer>;

/** What the provider does, or did, to a server. */
export const LeasewebJob = z.object({
  uuid: z.string(),
  type: z.string(),
  /** By the provider's clock. */
  createdAt: z.iso.datetime({ offset: true }),
  isRunning: z.boolean(),
});
export type LeasewebJob = z.infer<typeof LeasewebJob>;

export const LeasewebImage = z.object({ id: z.string(), name: z.string().nullish() });
export type LeasewebImage = z.infer<typeof LeasewebImage>;

/** Names of logins; their passwords are never read. */
export const LeasewebLogin = z.object({ username: z.string() });

/** As its power supply and its remote management see it; either may be missing. */
export const LeasewebPower = z.object({
  pdu: z.object({ status: z.string().nullish() }).nullish(),
  ipmi: z.object({ status: z.string().nullish() }).nullish(),
});
export type LeasewebPower = z.infer<typeof LeasewebPower>;

const metadata = z.object({ totalCount: z.number() });
export const ServerPage = z.object({ _metadata: metadata, servers: z.array(LeasewebServer) });
export const JobPage = z.object({ _metadata: metadata, jobs: z.array(LeasewebJob) });
export const ImagePage = z.object({ _metadata: metadata, rescueImages: z.array(LeasewebImage) });
export const LoginPage = z.object({ _metadata: metadata, credentials: z.array(LeasewebLogin) });

/** Calls whose answer does not matter. */
export const Anything = z.unknown();

export const LeasewebError = z.object({ errorMessage: z.string(), errorCode: z.string().optional() });
