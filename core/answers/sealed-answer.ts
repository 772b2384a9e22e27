import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AnswerFile } from '../contracts/answer.ts';
import type { Sealer } from '../sealing.ts';

const Files = z.array(AnswerFile);

/** @param about the install's id, or what else it belongs to: the same for whoever opens it */
export function sealAnswer(sealer: Pick<Sealer, 'seal'>, files: readonly AnswerFile[], about: string): string {
  return sealer.seal(JSON.stringify(files), context(about));
}

/** @throws XepaError sealed-by-other-key */
export function openAnswer(sealer: Pick<Sealer, 'open'>, sealed: string, about: string): AnswerFile[] {
  return Files.parse(JSON.parse(sealer.open(sealed, context(about))));
}

/** SHA-256 in hexadecimal over names and texts, in the order of their names. */
export function answerDigest(files: readonly AnswerFile[]): string {
  const sorted = files.map(({ name, text }) => [name, text] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

function context(about: string): string {
  return `${about}/answer`;
}
