import { Refused } from '../refused.ts';

/** An error in the API's own shape. */
export function robotError(status: number, code: string, message: string, more: object = {}) {
  return { error: { status, code, message, ...more } };
}

/** An answer that is not 2xx. */
export function refused(...error: Parameters<typeof robotError>): Refused {
  return new Refused(error[0], robotError(...error));
}

export function invalid(names: readonly string[]): Refused {
  return refused(400, 'INVALID_INPUT', 'invalid input', { missing: null, invalid: names });
}
