/** An error in the API's own shape. */
export function robotError(status: number, code: string, message: string, more: object = {}) {
  return { error: { status, code, message, ...more } };
}

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: ReturnType<typeof robotError>;

  constructor(status: number, code: string, message: string, more: object = {}) {
    super(message);
    this.status = status;
    this.body = robotError(status, code, message, more);
  }
}

export function invalid(names: readonly string[]): Refused {
  return new Refused(400, 'INVALID_INPUT', 'invalid input', { missing: null, invalid: names });
}
