/** What came back: an answer, a refusal with its reason, or nothing at all. */
export type Answer<T> =
  | { kind: 'ok'; body: T }
  | { kind: 'refused'; code: string; message: string; resume: string | null }
  | { kind: 'offline' };
