import express, { type NextFunction, type Request, type RequestHandler, type Response, type Router } from 'express';
import { Faults } from '../lab/cloud/faults.ts';
import { DeferredWork } from './deferred-work.ts';
import { Refused } from './refused.ts';

export interface FakeRequest {
  method: string;
  path: string;
  /** The path, with what was asked for behind the question mark. */
  url: string;
  query: Request['query'];
  body: unknown;
}

export interface FakeApiDeps {
  /** Milliseconds between an answer and what it leads to. */
  delayMs: number;
  /** Reads the body of a request. */
  parser: RequestHandler;
  /** An error as this API words it, for what no route of it answers. */
  errorBody(status: number, text: string): string | object;
}

/** What is the same for the API of every provider: what came is written down, any call can be made to fail, and work goes on behind the answers. */
export abstract class FakeApi {
  readonly router: Router = express.Router();
  /** Every request that came, in order, faults included. */
  readonly requests: FakeRequest[] = [];
  protected readonly work: DeferredWork;
  readonly #errorBody: FakeApiDeps['errorBody'];
  readonly #faults: Faults;

  constructor({ delayMs, parser, errorBody }: FakeApiDeps) {
    this.work = new DeferredWork(delayMs);
    this.#errorBody = errorBody;
    this.#faults = new Faults((status) => errorBody(status, `injected ${status}`));
    this.router.use(parser);
    this.router.use(({ method, path, url, query, body }, _response, next) => {
      this.requests.push({ method, path, url, query, body });
      next();
    });
    this.router.use(this.#faults.handler);
  }

  /** Arms a fault: see its type. */
  readonly fail: Faults['add'] = (fault) => this.#faults.add(fault);

  /** Disarms all faults. */
  heal(): void {
    this.#faults.clear();
  }

  /** Waits for all that was asked for. */
  settled(): Promise<void> {
    return this.work.settled();
  }

  close(): Promise<void> {
    return this.work.close();
  }

  /** Behind the last route: what none of them knows, and the answer to what one of them refused. */
  protected endRoutes(unknown: (request: Request) => Refused): void {
    this.router.use((request) => {
      throw unknown(request);
    });
    this.router.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      const isOurs = error instanceof Refused;
      const { status, body } = isOurs ? error : new Refused(500, this.#errorBody(500, 'internal server error'));
      if (typeof body === 'string') response.status(status).type('text/plain').send(body);
      else response.status(status).json(body);
    });
  }
}
