/** An error in the API's own shape. */
export function leasewebError(status: number, errorMessage: string) {
  return { correlationId: '289346a1-3eaf-4da4-b707-62ef12eb08be', errorCode: String(status), errorMessage };
}

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: ReturnType<typeof leasewebError>;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.body = leasewebError(status, message);
  }
}
