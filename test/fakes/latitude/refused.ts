/** An error in the API's own shape. */
export function latError(status: number, code: string, detail: string): Record<string, unknown> {
  return {
    errors: [{ code, status: String(status), title: code.toLowerCase().replaceAll('_', ' '), detail, meta: {} }],
  };
}

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(...refusal: Parameters<typeof latError>) {
    super(refusal[2]);
    [this.status] = refusal;
    this.body = latError(...refusal);
  }
}
