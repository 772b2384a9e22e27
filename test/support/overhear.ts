import type { NextFunction, Request, Response } from 'express';
import type { Exchange } from './api-description.ts';

/** Notes every call and its answer as they go over the line; to be mounted before the API. */
export function overhear(seen: Exchange[]) {
  return (request: Request, response: Response, next: NextFunction) => {
    const json = response.json.bind(response);
    let answer: unknown = null;
    response.json = (body) => {
      answer = body;
      return json(body);
    };
    const { path } = request;
    response.once('finish', () => {
      seen.push({ method: request.method, path, form: request.body ?? {}, status: response.statusCode, answer });
    });
    next();
  };
}
