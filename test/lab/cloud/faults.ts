import type { Request, RequestHandler, Response } from 'express';

export interface Fault {
  /** Any when it is left out. */
  method?: string;
  /** Path below the API's own: exact text, or a pattern. */
  path: string | RegExp;
  /** How many requests it hits; default 1. */
  times?: number;
  /** How many requests that fit it lets pass before; default none. */
  skip?: number;
  /**
   * A status: the request is answered with it and does nothing. `hang`: never answered. `cut`: the connection ends, and
   * nothing was done. `cut-after`: it is carried out, but the answer is lost: the caller cannot know.
   */
  status: number | 'hang' | 'cut' | 'cut-after';
  /** With a status: it is carried out all the same, as behind a gateway that gives up too early. */
  carriedOut?: boolean;
  /** Sent with a status. */
  body?: unknown;
  /** Sent in its place, as it stands. */
  text?: string;
  headers?: Readonly<Record<string, string>>;
}

/** Faults that wait for their request. The first that fits is used, and used up. */
export class Faults {
  #armed: (Fault & { left: number; toSkip: number })[] = [];
  readonly #bodyOf: (status: number) => unknown;

  /** @param bodyOf an error as this API words it, for faults that bring no body */
  constructor(bodyOf: (status: number) => unknown) {
    this.#bodyOf = bodyOf;
  }

  add(fault: Fault): void {
    this.#armed.push({ ...fault, left: fault.times ?? 1, toSkip: fault.skip ?? 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Takes the fault for this request, if there is one. */
  take(method: string, path: string): Fault | undefined {
    const found = this.#armed.find((fault) => (fault.method ?? method) === method && fits(fault.path, path));
    if (found === undefined) return undefined;
    if (found.toSkip > 0) {
      found.toSkip -= 1;
      return undefined;
    }
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
    if (fault.carriedOut === true) {
      answerInstead(response, fault.status, JSON.stringify(fault.body ?? this.#bodyOf(fault.status)));
      return next();
    }
    response.status(fault.status).set(fault.headers ?? {});
    if (fault.text !== undefined) response.type('json').send(fault.text);
    else response.json(fault.body === undefined ? this.#bodyOf(fault.status) : fault.body);
  };
}

function fits(wanted: string | RegExp, path: string): boolean {
  return typeof wanted === 'string' ? wanted === path : wanted.test(path);
}

/** Whatever is about to be sent: this is, in its place. */
function answerInstead(response: Response, status: number, text: string): void {
  const end = response.end.bind(response);
  response.end = () => {
    response.removeHeader('Content-Length');
    response.removeHeader('ETag');
    response.statusCode = status;
    return end(text);
  };
}
