import { z } from 'zod';
import { Actor } from './actor.ts';
import { AnswerRequest } from './answer.ts';
import { Approval } from './approval.ts';
import { BrowserDisc } from './browser-disc.ts';
import { ConsoleUse } from './console-use.ts';
import { Device } from './device.ts';
import { Facts } from './facts.ts';
import { FixKind } from './fix.ts';
import { RungWish } from './ladder.ts';
import { LifelineWish } from './lifeline.ts';
import { Answer } from './question.ts';
import { RecordingTerms } from './recording.ts';
import { StepName } from './step-name.ts';
import { VmWish } from './vm-wish.ts';

export const Phase = z.enum(['approval', 'forward', 'undo', 'done', 'undone', 'stuck', 'denied']);
export type Phase = z.infer<typeof Phase>;

/** Phases after which nothing more happens by itself. A stuck install still holds its device. */
export const finalPhases: readonly Phase[] = ['done', 'undone', 'denied'];

export const IsoRequest = z.object({
  url: z.string(),
  name: z.string().optional(),
  sha256: z.string().optional(),
  /** Other addresses of the same file; only with a digest. */
  mirrors: z.array(z.string()).optional(),
});
export type IsoRequest = z.infer<typeof IsoRequest>;

/** A file that comes from the computer of whoever asked, through the web console. */
export const DiscUpload = z.object({
  bytes: z.number(),
  /** By it the file is known again when it is chosen anew. */
  key: z.string(),
  /** Of the whole file as their browser read it, once all of it was sent. */
  sha256: z.string().optional(),
  stopped: z.boolean().optional(),
});
export type DiscUpload = z.infer<typeof DiscUpload>;

/**
 * Another ISO that somebody at the console wants on the server: what they typed, and what the bot makes of it. What
 * becomes of the download stands in the facts, under the same `n`. With `upload` what is typed is the file's name.
 */
export const DiscWish = z.object({
  n: z.number(),
  typed: z.string(),
  sha256: z.string().optional(),
  by: Actor,
  at: z.number(),
  verdict: z.enum(['asked', 'accepted', 'refused']),
  iso: IsoRequest.optional(),
  upload: DiscUpload.optional(),
  why: z.string().optional(),
});
export type DiscWish = z.infer<typeof DiscWish>;

export const MediaMode = z.enum(['download', 'stream']);
export type MediaMode = z.infer<typeof MediaMode>;

/** `console`: the system that is on the disk is started on a screen, so that people can look at it and mend it. */
export const Purpose = z.enum(['install', 'console']);
export type Purpose = z.infer<typeof Purpose>;

/** What a person asked for. */
export const InstallRequest = z.object({
  /** Absent: to install. */
  purpose: Purpose.optional(),
  /** There with every install, and never with a console, whose drive is empty. */
  iso: IsoRequest.optional(),
  /** With a console: what the VM writes is thrown away, and the disk stays as it is. */
  snapshot: z.boolean().optional(),
  /** Serial of the disk to install on; needed where the device has several. */
  disk: z.string().optional(),
  /** How disk and network port are to get into the VM, where somebody asked. */
  rungs: RungWish.optional(),
  /** Our own connection is to move to another port first, so that the one it has can go into the VM. */
  lifeline: LifelineWish.optional(),
  /** What was asked for of the VM itself. */
  vm: VmWish.optional(),
  /** What the installer is to answer its own questions with. */
  answer: AnswerRequest.optional(),
  /** Further discs, each in a drive of its own: drivers. */
  also: z.array(IsoRequest).max(3).optional(),
  /** What is added to the installer's kernel command line; its kernel is then booted past the ISO's boot loader. */
  kernelArgs: z.string().optional(),
  /** `stream`: the VM starts while the ISO is still arriving. Absent: once all of it is there and checked. */
  media: MediaMode.optional(),
  /** What may be changed on the installed system when the installer is done, where somebody asked. */
  fix: z.array(FixKind).optional(),
  reason: z.string().optional(),
  /** Not before this time. */
  startAt: z.number().optional(),
  requestedBy: Actor,
});
export type InstallRequest = z.infer<typeof InstallRequest>;

/** One line of the journal: a step that was at least started. `run` is the fence of the worker that runs it. */
export const JournalEntry = z.object({
  step: StepName,
  state: z.enum(['started', 'waiting', 'done', 'undoing', 'undone', 'undo-failed']),
  run: z.string(),
  /** Failed tries in a row, forward or backward, and when the first of them was. */
  failures: z.number(),
  failingSince: z.number().optional(),
  startedAt: z.number(),
  endedAt: z.number().optional(),
  /** What it waits for, in words for people. */
  why: z.string().optional(),
  /** Not to be looked at before this time. */
  until: z.number().optional(),
  progress: z
    .object({
      done: z.number(),
      total: z.number().nullable(),
      unit: z.enum(['bytes', 'percent']),
      perSecond: z.number().optional(),
    })
    .optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** Where the install lives in Slack. The message itself is the bot's own business. */
export const SlackPlace = z.object({ team: z.string(), channel: z.string() });

/** The record of one execution of the saga on one device: the single truth that every process reads. */
export const InstallRecord = z.object({
  v: z.literal(1),
  id: z.string(),
  /** Grows by one with each write; a write names the revision it read. */
  rev: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  device: Device,
  request: InstallRequest,
  slack: SlackPlace.optional(),
  phase: Phase,
  at: StepName,
  journal: z.array(JournalEntry),
  facts: Facts,
  /** Secrets under XEPA_SECRET; see core/sealing.ts. */
  sealed: z.object({ sshKey: z.string().optional(), answer: z.string().optional() }),
  approval: Approval.optional(),
  /** With `startAt`: what the policy said when that time had come. Before that nothing begins, and after a no neither. */
  clearance: z
    .object({
      at: z.number(),
      /** SHA-256 of the policy that was asked. */
      policy: z.string(),
      /** A sentence each, in plain text; `people`: Slack user ids that may occur in them. */
      refused: z.object({ reasons: z.array(z.string()), people: z.array(z.string()) }).optional(),
    })
    .optional(),
  cancel: z.object({ by: Actor, at: z.number() }).optional(),
  decision: z.object({ kind: z.literal('boot-metal'), by: Actor, at: z.number() }).optional(),
  /** The last answer to a question of the worker's; see facts.question. */
  answer: Answer.optional(),
  /** What the policy said when this was asked for; absent: the console is not recorded. */
  recording: RecordingTerms.optional(),
  console: ConsoleUse.optional(),
  discWish: DiscWish.optional(),
  browserDisc: BrowserDisc.optional(),
  failure: z.object({ step: StepName, code: z.string(), message: z.string(), at: z.number() }).optional(),
  /** Head of the hash-chained event stream. */
  audit: z.object({ seq: z.number(), head: z.string() }),
});
export type InstallRecord = z.infer<typeof InstallRecord>;

/** The console may be opened and used now. */
export function consoleIsOpen(record: InstallRecord): boolean {
  return record.phase === 'forward' && record.at === 'attend' && !record.cancel && !record.decision;
}

/** Nothing is installed: the system on the disk is started on a screen. */
export function isTroubleshooting({ request }: { request: Pick<InstallRequest, 'purpose'> }): boolean {
  return request.purpose === 'console';
}

/** True once nothing more will happen. */
export function isFinal(record: InstallRecord): boolean {
  return finalPhases.includes(record.phase);
}

/** The journal's line of a step, if it was ever started. */
export function journalOf(record: InstallRecord, step: StepName): JournalEntry | undefined {
  return record.journal.find((entry) => entry.step === step);
}

/** An ended install keeps no answer file, however it ended. Its key is forgotten by whoever deletes it at the provider. */
export function withoutAnswerOnceFinal(record: InstallRecord): InstallRecord {
  if (!isFinal(record) || record.sealed.answer === undefined) return record;
  const { answer: _gone, ...sealed } = record.sealed;
  return { ...record, sealed };
}
