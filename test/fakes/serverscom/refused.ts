import { Refused } from '../refused.ts';

/** An error in the API's own shape. */
export function scomError(code: string, message: string, errors?: Record<string, string>): Record<string, unknown> {
  return { code, message, ...(errors === undefined ? {} : { errors }) };
}

/** An answer that is not 2xx. */
export function refused(status: number, ...error: Parameters<typeof scomError>): Refused {
  return new Refused(status, scomError(...error));
}
