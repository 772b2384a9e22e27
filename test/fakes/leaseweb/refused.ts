import { Refused } from '../refused.ts';

/** An error in the API's own shape. */
export function leasewebError(status: number, errorMessage: string) {
  return { correlationId: '289346a1-3eaf-4da4-b707-62ef12eb08be', errorCode: String(status), errorMessage };
}

/** An answer that is not 2xx. */
export function refused(...error: Parameters<typeof leasewebError>): Refused {
  return new Refused(error[0], leasewebError(...error));
}
