/** An error in the API's own shape. */
export function scomError(code: string, message: string, errors?: Record<string, string>): Record<string, unknown> {
  return { code, message, ...(errors === undefined ? {} : { errors }) };
}

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, ...body: Parameters<typeof scomError>) {
    super(body[1]);
    this.status = status;
    this.body = scomError(...body);
  }
}
