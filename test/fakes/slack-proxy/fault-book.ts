/**
 * What may go wrong with a call of the Web API.
 * `error`, `rate-limited`, `status` and `hang`: Slack did nothing. `cut`: Slack did it, and the answer got lost.
 * `late`: Slack does it when that has come, whether or not somebody still waits for the answer.
 */
export type Fault =
  | { kind: 'error'; error: string }
  | { kind: 'rate-limited'; retryAfterSeconds: number }
  | { kind: 'status'; status: number }
  | { kind: 'hang' }
  | { kind: 'cut' }
  | { kind: 'late'; until: Promise<void> };

/** The arguments of a call, as the form has them. */
export type CallArguments = Readonly<Record<string, string>>;

export interface FaultRule {
  /** The name of a method, or `*` for each. */
  method: string;
  fault: Fault;
  /** How many calls it hits; 1 by default, Infinity until it is stopped. */
  times?: number;
  /** Only calls with such arguments. */
  when?: (args: CallArguments) => boolean;
}

/** A fault that was asked for. */
export interface ActiveFault {
  /** How many calls it has hit so far. */
  hits(): number;
  stop(): void;
}

/** Which call meets which fault: the oldest rule that fits and is not used up. */
export interface FaultBook {
  add(rule: FaultRule): ActiveFault;
  take(method: string, args: CallArguments): Fault | undefined;
  clear(): void;
}

export function createFaultBook(): FaultBook {
  const rules: { rule: FaultRule; left: number; hits: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, left: rule.times ?? 1, hits: 0 };
      rules.push(entry);
      return {
        hits: () => entry.hits,
        stop: () => {
          entry.left = 0;
        },
      };
    },
    take(method, args) {
      const entry = rules.find(({ rule, left }) => left > 0 && fits(rule, method, args));
      if (!entry) return undefined;
      entry.left -= 1;
      entry.hits += 1;
      return entry.rule.fault;
    },
    clear: () => void rules.splice(0),
  };
}

function fits(rule: FaultRule, method: string, args: CallArguments): boolean {
  return (rule.method === '*' || rule.method === method) && (rule.when?.(args) ?? true);
}
