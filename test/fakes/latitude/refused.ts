import { Refused } from '../refused.ts';

/** An error in the API's own shape. */
export function latError(status: number, code: string, detail: string): Record<string, unknown> {
  return {
    errors: [{ code, status: String(status), title: code.toLowerCase().replaceAll('_', ' '), detail, meta: {} }],
  };
}

/** An answer that is not 2xx. */
export function refused(...error: Parameters<typeof latError>): Refused {
  return new Refused(error[0], latError(...error));
}
