import { Refused } from '../refused.ts';

type Json = Record<string, unknown>;

/** An error in Ironic's own shape: JSON in a text. */
export function ironicError(faultstring: string): Json {
  return { error_message: JSON.stringify({ faultcode: 'Client', faultstring, debuginfo: null }) };
}

/** An error in Keystone's shape, and in that of Ironic's own door. */
export function doorError(code: number, message: string): Json {
  return { error: { code, message, title: 'Unauthorized' } };
}

/** An answer that is not 2xx. */
export function refused(status: number, faultstring: string): Refused {
  return new Refused(status, ironicError(faultstring));
}
