import type { Response } from 'express';
import { type Refusal, type RefusalCode, refuse } from './refusals.ts';

/** Sends a refusal as JSON: `refused` for the page, `message` for people. */
export function sendRefusal(response: Response, refusal: Refusal, extra: object = {}): void {
  const { refused, message } = refusal;
  response.status(refusal.status).json({ refused, message, ...extra });
}

/** The refusal of a body that is longer than any of ours. */
export function tooLarge(): Refusal {
  return { ...refuse('bad-request'), status: 413 };
}

/** The refusal that fits an error which Express or its body parser raised, by HTTP status. */
export function refusalOfStatus(status: number): Refusal | null {
  const code: RefusalCode | null = status >= 400 && status < 500 ? 'bad-request' : null;
  return code && { ...refuse(code), status };
}
