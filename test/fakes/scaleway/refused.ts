type Json = Record<string, unknown>;

/** An error in the API's own shape. */
export function scwError(type: string, message: string, more: Json = {}): Json {
  return { type, message, ...more };
}

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: Json) {
    super(String(body.message));
    this.status = status;
    this.body = body;
  }
}

export function notFound(resource: string, id: string): Refused {
  return new Refused(404, scwError('not_found', `${resource} not found`, { resource, resource_id: id }));
}
