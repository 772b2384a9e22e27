import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { refused } from './refused.ts';

export interface OvhKeys {
  applicationKey: string;
  applicationSecret: string;
  consumerKey: string;
}

/** A call is good for so long, either way. */
const GOOD_SECONDS = 300;

/**
 * Lets a call through that is signed with these keys, as OVHcloud's documentation says: SHA-1 over secret, consumer key, method,
 * full address, body and time.
 */
export function mustBeSigned(request: Request & { rawBody?: string }, keys: OvhKeys, seconds: number): void {
  const header = (name: string) => request.get(`X-Ovh-${name}`) ?? '';
  if (header('Application') !== keys.applicationKey) {
    throw refused(403, 'INVALID_KEY', 'This application key is invalid');
  }
  if (header('Consumer') !== keys.consumerKey) {
    throw refused(403, 'INVALID_CREDENTIAL', 'This credential is not valid');
  }
  const time = header('Timestamp');
  if (!(Math.abs(Number(time) - seconds) <= GOOD_SECONDS)) {
    throw refused(400, 'QUERY_TIME_OUT', 'This query is out of time');
  }
  const url = `${request.protocol}://${request.get('host')}${request.originalUrl}`;
  const text = [keys.applicationSecret, keys.consumerKey, request.method, url, request.rawBody ?? '', time].join('+');
  const expected = Buffer.from(`$1$${createHash('sha1').update(text).digest('hex')}`);
  const given = Buffer.from(header('Signature'));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refused(400, 'INVALID_SIGNATURE', 'Invalid signature');
  }
}
