import { z } from 'zod';

/** Only the fields that we use, of Latitude.sh's API (JSON:API). Its credentials are never asked for. */
export const LatServer = z.object({
  id: z.string(),
  attributes: z.object({
    hostname: z.string().nullish(),
    /** The provider's own name. */
    label: z.string().nullish(),
    primary_ipv4: z.string().nullish(),
    /**
     * `on`, `off`, `unknown`, `disk_erasing`, `deploying`, `failed_deployment`, `entering_rescue_mode`, `rescue_mode`,
     * `exiting_rescue_mode`, and others while it is provisioned.
     */
    status: z.string(),
    locked: z.boolean().nullish(),
    rescue_allowed: z.boolean().nullish(),
    tags: z.array(z.object({ name: z.string() })).nullish(),
  }),
});
export type LatServer = z.infer<typeof LatServer>;

export const ServerAnswer = z.object({ data: LatServer });
export const ServerPage = z.object({ data: z.array(LatServer) });

/** Calls whose answer does not matter. */
export const Anything = z.unknown();

export const LatErrors = z.object({
  errors: z.array(
    z.object({ code: z.string().optional(), title: z.string().optional(), detail: z.string().optional() }),
  ),
});
