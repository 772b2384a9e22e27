import type { Question } from './question.ts';

/** Name of a picture's file, with the time in UTC, as the pictures in the thread have it. */
export function pictureName(of: { device: string; install: string }, at: Date): string {
  const time = at.toISOString().slice(0, 19).replace(/[:T]/g, '-');
  return `${of.device.replace(/[^\w.-]+/g, '-')}-${of.install}-${time}.png`;
}

export const postQuestion: Question = {
  title: 'Post the screen to the thread?',
  text: 'Everybody in the channel sees the picture, with whatever is on the screen now: passwords too.',
  yes: 'Post it',
  no: 'Do not',
};

export const shotWords = {
  saved: (name: string) => `Saved as ${name}.`,
  empty: 'There is no picture of the screen yet.',
  taking: 'Taking a picture of the screen…',
  posted: 'The picture is in the thread of the install.',
  failed: (why: string) => `The picture was not posted. ${why}`,
  offline: 'XEPA did not answer. Look into the thread before you try again.',
  late: 'There is no answer yet. The picture may still come into the thread.',
};
