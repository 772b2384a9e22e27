import type { Request, RequestHandler, Response } from 'express';

export interface Fault {
  method: string;
  /** Path below `/metal/v1`: exact text, or a pattern. */
  path: string | RegExp;
  /** How many requests it hits; default 1. */
  times?: number;
  /**
   * A status: the request is answered with it and does nothing. `hang`: never answered. `cut`: the connection ends, and
   * nothing was done. `cut-after`: it is carried out, but the answer is lost: the caller cannot know.
   */
  status: number | 'hang' | 'cut' | 'cut-after';
  /** Sent with a status. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Faults that wait for their request. The first that fits is used, and used up. */
export class Faults {
  #armed: (Fault & { left: number })[] = [];

  add(fault: Fault): void {
    this.#armed.push({ ...fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Takes the fault for this request, if there is one. */
  take(method: string, path: string): Fault | undefined {
    const found = this.#armed.find((fault) => fault.method === method && fits(fault.path, path));
    if (found === undefined) return undefined;
    found.left -= 1;
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    return found;
  }

  readonly handler: RequestHandler = (request: Request, response: Response, next) => {
    const fault = this.take(request.method, request.path);
    if (fault === undefined) return next();
    if (fault.status === 'hang') return;
    if (fault.status === 'cut') return void request.socket.destroy();
    if (fault.status === 'cut-after') {
      response.end = () => {
        request.socket.destroy();
        return response;
      };
      return next();
    }
    response.status(fault.status).set(fault.headers ?? {});
    response.json(fault.body ?? { errors: [`injected ${fault.status}`] });
  };
}

function fits(wanted: string | RegExp, path: string): boolean {
  return typeof wanted === 'string' ? wanted === path : wanted.test(path);
}
