/** An answer that is not 2xx: a plain sentence, or what is wrong with each field of a form. */
export class Refused extends Error {
  readonly status: number;
  readonly body: string | Record<string, string[]>;

  constructor(status: number, body: string | Record<string, string[]>) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}
