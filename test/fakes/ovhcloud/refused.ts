/** An error in the API's own shape. */
export function ovhError(status: number, errorCode: string, message: string) {
  return { errorCode, httpCode: `${status} ${errorCode}`, message };
}

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: ReturnType<typeof ovhError>;

  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.body = ovhError(status, errorCode, message);
  }
}
