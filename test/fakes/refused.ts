/** An answer of a fake that is not 2xx: a plain sentence, or JSON in the API's own shape. */
export class Refused extends Error {
  readonly status: number;
  readonly body: string | object;

  constructor(status: number, body: string | object) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}
