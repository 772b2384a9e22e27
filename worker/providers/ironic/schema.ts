import { z } from 'zod';

/** Only the fields that we use, of Ironic's API from version 1.38 on. What is set freely is of any shape. */
const Free = z.record(z.string(), z.unknown()).nullish();

/** A node as the list has it. */
export const IronicEntry = z.object({
  uuid: z.string(),
  name: z.string().nullish(),
  /** Where somebody notes what Ironic does not know: `xepa_address` for one. */
  extra: Free,
  /** What a node is or can do, as `CUSTOM_PROD` or `HW_CPU_X86_VMX`. */
  traits: z.array(z.string()).nullish(),
});
export type IronicEntry = z.infer<typeof IronicEntry>;

export const IronicNode = IronicEntry.extend({
  provision_state: z.string(),
  /** When it came into that state, by Ironic's clock. */
  provision_updated_at: z.string().nullish(),
  /** `power on`, `power off`, `error`, or null where it was not read yet. */
  power_state: z.string().nullish(),
  maintenance: z.boolean(),
  rescue_interface: z.string().nullish(),
  deploy_interface: z.string().nullish(),
  driver_info: Free,
  instance_info: Free,
});
export type IronicNode = z.infer<typeof IronicNode>;

/** `next` is there while more follows. */
export const IronicPage = z.object({ nodes: z.array(IronicEntry), next: z.string().nullish() });

/** Calls whose answer does not matter. */
export const Anything = z.unknown();

/** A token's end; the token itself is in a header. */
export const KeystoneToken = z.object({ token: z.object({ expires_at: z.iso.datetime({ offset: true }) }) });

const Fault = z.object({ faultstring: z.string() });

/** Ironic's own errors, once with JSON in a text, now as it is; those of its door and of Keystone. */
export const IronicError = z.object({
  error_message: z.union([z.string(), Fault]).optional().catch(undefined),
  error: z.object({ message: z.string() }).optional().catch(undefined),
});
export const FaultInText = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(Fault);
