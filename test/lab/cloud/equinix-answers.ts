import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';

/** An answer that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: { error: string } | { errors: string[] };

  constructor(status: number, body: { error: string } | { errors: string[] }) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

const pageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(1000).default(10),
});
// The API speaks of errors in two shapes: "error" for who you are, "errors" for what you asked.
export function answerError(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  if (error instanceof Refused) response.status(error.status).json(error.body);
  else response.status(422).json({ errors: [error instanceof Error ? error.message : String(error)] });
}

export function notFound(): Refused {
  return new Refused(404, { errors: ['Not found'] });
}

export function body<T>(schema: z.ZodType<T>, request: Request): T {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  throw new Refused(422, {
    errors: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()),
  });
}

export function page(request: Request): { page: number; perPage: number } {
  const parsed = pageQuery.safeParse(request.query);
  if (!parsed.success)
    throw new Refused(422, { errors: ['page and per_page are positive numbers, per_page at most 1000'] });
  return { page: parsed.data.page, perPage: parsed.data.per_page };
}
