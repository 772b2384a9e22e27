import { Refused } from '../refused.ts';

/** An error in the API's own shape. */
export function ovhError(status: number, errorCode: string, message: string) {
  return { errorCode, httpCode: `${status} ${errorCode}`, message };
}

/** An answer that is not 2xx. */
export function refused(...error: Parameters<typeof ovhError>): Refused {
  return new Refused(error[0], ovhError(...error));
}
