import { Refused } from '../refused.ts';

type Json = Record<string, unknown>;

/** An error in the API's own shape. */
export function scwError(type: string, message: string, more: Json = {}): Json {
  return { type, message, ...more };
}

/** An answer that is not 2xx. */
export function refused(status: number, ...error: Parameters<typeof scwError>): Refused {
  return new Refused(status, scwError(...error));
}

export function notFound(resource: string, id: string): Refused {
  return refused(404, 'not_found', `${resource} not found`, { resource, resource_id: id });
}
