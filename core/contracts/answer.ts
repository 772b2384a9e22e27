import { z } from 'zod';

/** Who reads an answer file. */
export const AnswerKind = z.enum(['cloud-init', 'autoinstall', 'kickstart', 'preseed', 'windows']);
export type AnswerKind = z.infer<typeof AnswerKind>;

/** A file of the answer, by the name under which the installer looks for it. */
export const AnswerFile = z.object({ name: z.string(), text: z.string() });
export type AnswerFile = z.infer<typeof AnswerFile>;

/** An answer file as everybody may see it; what is in it is sealed in the record. */
export const AnswerRequest = z.object({
  /** Of the operator's library, or `typed` where it came with the form. */
  name: z.string(),
  kind: AnswerKind,
  /** Of `answerDigest`: over all of its files, as they were before placeholders were filled. */
  sha256: z.string(),
  bytes: z.number(),
  /** Its text with everything masked that may be secret, cut where it is long. */
  preview: z.string(),
});
export type AnswerRequest = z.infer<typeof AnswerRequest>;
