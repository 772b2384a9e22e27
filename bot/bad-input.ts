import { XepaError } from '../core/errors.ts';

/** Somebody typed something that cannot be done. @param userMessage what is wrong and what to type, in mrkdwn */
export function badInput(userMessage: string): XepaError {
  return new XepaError('bad-input', { message: 'bad input', userMessage });
}

/** Somebody may not do this. @param userMessage the reason and who may, in mrkdwn */
export function notAllowed(userMessage: string): XepaError {
  return new XepaError('not-allowed', { message: 'not allowed', userMessage });
}
