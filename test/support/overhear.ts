import type { NextFunction, Request, Response } from 'express';
import type { Exchange } from './api-description.ts';

/** Notes every call as it goes over the line; to be mounted before the API, whose parser of bodies it leaves alone. */
export function overhear(seen: Exchange[]) {
  return (request: Request, response: Response, next: NextFunction) => {
    const { method, path } = request;
    response.once('finish', () => seen.push({ method, path, fields: Object.keys(request.body ?? {}) }));
    next();
  };
}
