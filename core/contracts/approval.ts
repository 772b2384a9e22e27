import { z } from 'zod';
import { Actor } from './actor.ts';
import { DeviceProfile } from './device-profile.ts';
import { BoundRungs } from './ladder.ts';

/** Who has to agree: `count` different people out of `users` and the members of `groups`; both empty: any full member. */
export const Need = z.object({
  /** For people: "sre-leads", "somebody else". */
  label: z.string(),
  count: z.number().int().min(1),
  /** Slack user ids. */
  users: z.array(z.string()),
  /** Slack user group ids. */
  groups: z.array(z.string()),
});
export type Need = z.infer<typeof Need>;

/** One person's yes. */
export const Vote = z.object({
  by: Actor,
  /** The human behind it, where the policy knows that they have several accounts; else `by` is. */
  human: z.string().optional(),
  at: z.number(),
  /** Positions in `needs` that this person can fill, by the memberships that Slack told at that moment. */
  fits: z.array(z.number()),
  /**
   * `awaited`: it counts only once the person has proven themselves with their passkey. `shown`: they have, and the
   * policy is yet to be asked whether it may count now.
   */
  stepUp: z.enum(['not-needed', 'awaited', 'shown', 'done']),
  /** Slack channel in which it was given; what the policy says of that channel holds when it is judged again. */
  channel: z.string().optional(),
});
export type Vote = z.infer<typeof Vote>;

/** A vote that was proven with a passkey, and yet did not count. */
export const TurnedAway = z.object({
  by: Actor,
  at: z.number(),
  /** Sentences in plain text. */
  why: z.array(z.string()),
  /** Slack user ids that may occur in them. */
  named: z.array(z.string()),
});
export type TurnedAway = z.infer<typeof TurnedAway>;

/** What is approved: any difference between this and what would be done voids every vote. Null: not known when it was asked. */
export const Binding = z.object({
  /** provider/id */
  device: z.string(),
  /** Serial of the machine, from its SMBIOS tables. */
  serial: z.string().nullable(),
  /** Serials of the disks that the installer gets, sorted. */
  disks: z.array(z.string()).nullable(),
  /** How disk and network port get into the VM. None in approvals from before it was bound. */
  rungs: BoundRungs.optional(),
  /** Null where nothing is installed. */
  iso: z.object({ url: z.string(), sha256: z.string().nullable() }).nullable(),
  /** The system on the disk is started instead of an installer; `snapshot`: and cannot write to it. */
  console: z.object({ snapshot: z.boolean() }).optional(),
  /** SHA-256 of the answer file. */
  answer: z.string().nullable(),
  /** Further discs, where there are any. */
  also: z.array(z.object({ url: z.string(), sha256: z.string().nullable() })).optional(),
  /** What was added to the installer's kernel command line. */
  kernelArgs: z.string().optional(),
});
export type Binding = z.infer<typeof Binding>;

/** An emergency in which one person went ahead without votes. It takes effect only after a time in which it can be stopped. */
export const BreakGlass = z.object({
  by: Actor,
  at: z.number(),
  reason: z.string(),
  effectiveAt: z.number(),
  reviewBy: z.number(),
  /** Somebody else looked at it afterwards. */
  review: z.object({ by: Actor, at: z.number(), note: z.string() }).optional(),
});
export type BreakGlass = z.infer<typeof BreakGlass>;

/** An approval request with its votes. It lives in the install's record and changes only with it. */
export const Approval = z.object({
  state: z.enum(['pending', 'approved', 'denied', 'expired', 'withdrawn']),
  /** Rises by one whenever votes are voided; a click on a card of an earlier round does not count. */
  round: z.number().int(),
  /** Why it is needed, as a sentence without a full stop: "db-01 has the tag prod". */
  because: z.string(),
  /** Names of the policy's rules that apply, and the SHA-256 of the policy they stand in. */
  rules: z.array(z.string()),
  policy: z.string(),
  needs: z.array(Need),
  votes: z.array(Vote),
  binds: Binding,
  /** SHA-256 over `binds`: names exactly what is approved. */
  digest: z.string(),
  /** The hardware as it was last seen, for people to read; null where no install has looked at it yet. */
  hardware: DeviceProfile.nullable(),
  /** A vote counts only after a passkey. */
  stepUp: z.boolean(),
  /** Slack user ids of those who got the request in their own messages. */
  notify: z.array(z.string()),
  /** The person who asked must type the device's name. */
  typedHostname: z.boolean(),
  denyReason: z.boolean(),
  /** The disks must have been known when it was approved. */
  knownDisks: z.boolean(),
  expiresAt: z.number(),
  /** Milliseconds for which a round may be decided. */
  lastsMs: z.number(),
  /** Milliseconds after the approval within which the install must begin; else the votes are void. */
  startWithinMs: z.number().nullable(),
  /** Who decided last, and when. */
  by: Actor.optional(),
  at: z.number().optional(),
  /** Why it was denied. */
  reason: z.string().optional(),
  /** Why the votes of the round before are void. */
  voided: z.object({ at: z.number(), why: z.array(z.string()) }).optional(),
  /** The last vote that was taken back because it could not count any more; gone when its person votes again. */
  turnedAway: TurnedAway.optional(),
  breakGlass: BreakGlass.optional(),
});
export type Approval = z.infer<typeof Approval>;
