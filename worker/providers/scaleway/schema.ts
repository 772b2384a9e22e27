import { z } from 'zod';

/** Only the fields that we use, of Scaleway's APIs for Elastic Metal and for SSH keys. The rescue's password is not among them. */
export const ScwServer = z.object({
  id: z.string(),
  project_id: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  status: z.string(),
  /** What it was made to boot last: `normal` is its disk, `rescue` the rescue system. It stays until it is chosen anew. */
  boot_type: z.string(),
  ips: z.array(z.object({ address: z.string(), version: z.string() })),
  /** How far the provider's own installation of a system is; null where there never was one. */
  install: z.object({ status: z.string() }).nullish(),
  rescue_server: z.object({ user: z.string() }).nullish(),
});
export type ScwServer = z.infer<typeof ScwServer>;

export const ScwServerPage = z.object({ total_count: z.number(), servers: z.array(ScwServer) });

export const ScwKey = z.object({ id: z.string(), name: z.string() });
export type ScwKey = z.infer<typeof ScwKey>;

export const ScwKeyPage = z.object({ total_count: z.number(), ssh_keys: z.array(ScwKey) });

/** Calls that answer without a body. */
export const Anything = z.unknown();

export const ScwError = z.object({
  type: z.string().optional(),
  message: z.string().optional(),
  /** Of something that is on its way from one state to another. */
  current_state: z.string().optional(),
  details: z.array(z.object({ help_message: z.string().optional() })).catch([]),
});
