import { z } from 'zod';
import { Actor } from './actor.ts';

/** What is told to the audit trail; the store adds sequence, time and hashes. Never a secret, a ticket or a token. */
export const AuditNote = z.object({
  type: z.string(),
  actor: Actor,
  detail: z.record(z.string(), z.unknown()),
});
export type AuditNote = z.infer<typeof AuditNote>;

/** One link of an install's chain: `hash` is SHA-256 over the link without it; `prev` is the hash before. */
export const AuditEvent = AuditNote.extend({
  seq: z.number(),
  at: z.number(),
  rev: z.number(),
  prev: z.string(),
  hash: z.string(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;
