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
export class Refused extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: string | Json) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = typeof body === 'string' ? ironicError(body) : body;
  }
}
