/** One mistake, as Slack's `blocks.validate` tells it. */
export interface Problem {
  code: 'failed_constraint';
  /** JSON pointer to what is wrong: "/blocks/0/text/text". */
  pointer: string;
  /** For the log and for tests; it repeats nothing that a person typed. */
  message: string;
  constraint: Constraint;
}

/** `expected` and `got` are figures for lengths, and names for types. */
export interface Constraint {
  type:
    | 'type'
    | 'enum'
    | 'required'
    | 'additional_property'
    | 'min_length'
    | 'max_length'
    | 'min_items'
    | 'max_items'
    | 'minimum'
    | 'maximum'
    | 'pattern'
    | 'one_of'
    | 'unique'
    | 'no_ping'
    | 'escaped'
    | 'no_bidi_control';
  expected?: number | string | readonly string[];
  got?: number | string;
}

export type Verdict = { ok: true } | { ok: false; error: 'invalid_blocks'; errors: Problem[] };

export function failed(pointer: string, message: string, constraint: Constraint): Problem {
  return { code: 'failed_constraint', pointer, message, constraint };
}

export function verdictOf(errors: Problem[]): Verdict {
  return errors.length === 0 ? { ok: true } : { ok: false, error: 'invalid_blocks', errors };
}

/** All problems in one line, for a log or an error. */
export function toldProblems(errors: readonly Problem[]): string {
  return errors.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
}
