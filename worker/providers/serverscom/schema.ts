import { z } from 'zod';

const named = {
  id: z.string(),
  title: z.string(),
  public_ipv4_address: z.string().nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
};

/** Only the fields that we use, of the public API of Servers.com (v1). As lists have it: */
export const ScomHost = z.object({ ...named, type: z.string() });
export type ScomHost = z.infer<typeof ScomHost>;

export const ScomServer = z.object({
  ...named,
  /** `init`, `pending`, `active`. */
  status: z.string(),
  /** `normal`, `provisioning`, `installation`, `entering_rescue_mode`, `rescue_mode`, `exiting_rescue_mode`, `maintenance`. */
  operational_status: z.string(),
  /** `unknown`, `powering_on`, `powered_on`, `powering_off`, `powered_off`, `power_cycling`. */
  power_status: z.string(),
});
export type ScomServer = z.infer<typeof ScomServer>;

/** `status`: `activation`, `activated`, `deactivation`, `deactivated`, `incompatible`, `unavailable`. */
export const ScomFeature = z.object({ name: z.string(), status: z.string() });
export type ScomFeature = z.infer<typeof ScomFeature>;

/** The fingerprint stands for the key in paths and in requests. */
export const ScomKey = z.object({ name: z.string(), fingerprint: z.string() });
export type ScomKey = z.infer<typeof ScomKey>;

/** Calls whose answer does not matter. */
export const Anything = z.unknown();

export const ScomError = z.object({
  code: z.string().optional(),
  message: z.string().optional(),
  /** What is wrong with each field of a request. */
  errors: z.record(z.string(), z.unknown()).nullish().catch(null),
});
