/** Calls that the API bears within an hour, by method and by the first part of the path. */
const documented: Record<string, number> = {
  'GET /server': 200,
  'GET /key': 500,
  'POST /key': 200,
  'DELETE /key': 200,
  'GET /boot': 500,
  'POST /boot': 500,
  'DELETE /boot': 500,
  'GET /reset': 500,
  'POST /reset': 50,
};
const HOUR_MS = 3_600_000;

/** What is left of each hour. */
export class Limits {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a call; the number of calls that an hour has when it was one too many. */
  exceeded(method: string, path: string): number | null {
    const name = `${method} /${path.split('/')[1]}`;
    const most = documented[name] ?? 500;
    const since = this.#now() - HOUR_MS;
    const recent = (this.#calls.get(name) ?? []).filter((at) => at > since);
    if (recent.length >= most) return most;
    this.#calls.set(name, [...recent, this.#now()]);
    return null;
  }
}
