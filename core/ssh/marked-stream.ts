/** What a shell prints before a mark, and the exit code that stands behind it. */
export interface Expected {
  /** A word that nobody else knows; the shell prints it with a blank, an exit code and a newline behind it. */
  mark: string;
  /** Gets what comes before it. */
  keep(part: Buffer): void;
  /** @param exitCode NaN where there is none */
  met(exitCode: number): void;
}

/** Cuts one stream of a shell at marks that are expected in turn. */
export interface MarkedStream {
  expect(expected: Expected): void;
  push(part: Buffer): void;
}

const NOTHING = Buffer.alloc(0);
/** A blank, three digits and a newline. */
const CODE_BYTES = 5;

/** @param onStray called when something comes while no mark is expected */
export function markedStream(onStray: () => void): MarkedStream {
  const expected: Expected[] = [];
  let rest: Buffer = NOTHING;
  /** Takes what is complete out of `rest`; true when a mark was met, and there may be more. */
  const take = ({ mark, keep, met }: Expected): boolean => {
    const at = rest.indexOf(mark);
    // Any of the last bytes may be the beginning of the mark.
    const before = at === -1 ? Math.max(0, rest.length - mark.length + 1) : at;
    if (before > 0) keep(rest.subarray(0, before));
    rest = rest.subarray(before);
    if (at === -1) return false;
    const behind = rest.subarray(mark.length, mark.length + CODE_BYTES).toString('latin1');
    const code = /^ (\d+)\n/.exec(behind);
    if (!code && behind.length < CODE_BYTES) return false;
    rest = rest.subarray(mark.length + (code?.[0].length ?? CODE_BYTES));
    expected.shift();
    met(Number(code?.[1]));
    return true;
  };
  return {
    expect: (next) => void expected.push(next),
    push(part) {
      rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
      for (let next = expected[0]; next && rest.length > 0 && take(next); next = expected[0]);
      if (expected.length > 0 || rest.length === 0) return;
      rest = NOTHING;
      onStray();
    },
  };
}
