import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { Purpose } from '../core/contracts/install.ts';
import type { Sealer } from '../core/sealing.ts';
import { TypedVm } from './vm-wish.ts';

/** What somebody is filling in, in the words of the form; an answer file that was typed in is sealed while it lies there. A modal carries the draft's id and revision and nothing else. */
const Draft = z.object({
  user: z.string(),
  channel: z.string(),
  rev: z.number(),
  wish: z.object({
    device: z.string(),
    purpose: Purpose.optional(),
    iso: z.string().optional(),
    sha256: z.string().optional(),
    disk: z.string().optional(),
    rung: z.string().optional(),
    nic: z.string().optional(),
    vm: TypedVm.optional(),
    answer: z.string().optional(),
    answerText: z.string().optional(),
    also: z.string().optional(),
    kernelArgs: z.string().optional(),
    media: z.string().optional(),
    fix: z.string().optional(),
    snapshot: z.boolean().optional(),
    reason: z.string().optional(),
    at: z.string().optional(),
  }),
  /** The form shows its advanced options. */
  advanced: z.boolean().optional(),
  /** Hash of what the review showed; something else now means that the person has to look again. */
  shown: z.string().optional(),
});
export type Draft = z.infer<typeof Draft>;

export interface Drafts {
  /** Keeps a new draft; answers with its id. */
  keep(draft: Draft): Promise<string>;
  save(id: string, draft: Draft): Promise<void>;
  /** Null when it is somebody else's, or was forgotten: a form that stayed open for an hour. */
  find(id: string, user: string): Promise<Draft | null>;
  drop(id: string): Promise<void>;
}

const KEEP_SECONDS = 3_600;

export function createDrafts(redis: Redis, sealer: Sealer): Drafts {
  const save = async (id: string, draft: Draft) =>
    void (await redis.set(
      draftKey(id),
      JSON.stringify(withAnswer(draft, (text) => sealer.seal(text, contextOf(draft)))),
      'EX',
      KEEP_SECONDS,
    ));
  return {
    async keep(draft) {
      const id = randomBytes(9).toString('base64url');
      await save(id, draft);
      return id;
    },
    save,
    async find(id, user) {
      const json = await redis.get(draftKey(id));
      const draft = json === null ? null : Draft.parse(JSON.parse(json));
      return draft?.user === user ? withAnswer(draft, (sealed) => sealer.open(sealed, contextOf(draft))) : null;
    },
    drop: async (id) => void (await redis.del(draftKey(id))),
  };
}

function withAnswer(draft: Draft, change: (text: string) => string): Draft {
  const { answerText } = draft.wish;
  return answerText === undefined ? draft : { ...draft, wish: { ...draft.wish, answerText: change(answerText) } };
}

function contextOf({ user }: Draft): string {
  return `draft of ${user}/answer`;
}

function draftKey(id: string): string {
  return `xepa:slack:draft:${id}`;
}
