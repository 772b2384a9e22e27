import { z } from 'zod';

/** Only the fields that we use, of the Robot webservice. Lists are null at times where they are empty. */
export const RobotServer = z.object({
  server: z.object({
    server_number: z.number(),
    server_name: z.string().nullish(),
    server_ip: z.string().nullish(),
    status: z.string(),
    reset: z.boolean().optional(),
    rescue: z.boolean().optional(),
  }),
});
export type RobotServer = z.infer<typeof RobotServer>['server'];

export const RobotServerList = z.array(RobotServer);

export const RobotKey = z.object({ key: z.object({ name: z.string(), fingerprint: z.string() }) });
export const RobotKeyList = z.array(RobotKey);

/** Described as an object around a key; a bare fingerprint means the same. */
const BootKey = z.union([z.string(), z.object({ key: z.object({ fingerprint: z.string() }) })]);
const BootKeys = z
  .array(BootKey)
  .nullish()
  .transform((keys) => (keys ?? []).map((key) => (typeof key === 'string' ? key : key.key.fingerprint)));

export const RobotRescue = z.object({
  rescue: z.object({
    server_ip: z.string().nullish(),
    active: z.boolean(),
    authorized_key: BootKeys,
    host_key: BootKeys,
  }),
});
export type RobotRescue = z.infer<typeof RobotRescue>['rescue'];

/** Every boot configuration there is; what a server does not offer is null. */
export const RobotBoot = z.object({
  boot: z.record(z.string(), z.object({ active: z.boolean().default(false) }).nullish()),
});
export type RobotBoot = z.infer<typeof RobotBoot>['boot'];

export const RobotReset = z.object({
  reset: z.object({ type: z.array(z.string()), operating_status: z.string().nullish() }),
});
export type RobotReset = z.infer<typeof RobotReset>['reset'];

export const RobotError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    missing: z.array(z.string()).nullish(),
    invalid: z.array(z.string()).nullish(),
    max_request: z.number().optional(),
    interval: z.number().optional(),
  }),
});

/** Calls that answer without a body, or with one that does not matter. */
export const Anything = z.unknown();
