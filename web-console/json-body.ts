import { json, type RequestHandler } from 'express';
import { sendRefusal, tooLarge } from './replies.ts';

/**
 * A small JSON body. One whose head says that it is too large is refused at once, and the line closed: Express would
 * first read to its end what it does not want.
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [
    (request, response, next) => {
      if (Number(request.headers['content-length'] ?? 0) <= limitBytes) return next();
      response.set('Connection', 'close');
      sendRefusal(response, tooLarge());
    },
    json({ limit: limitBytes }),
  ];
}
