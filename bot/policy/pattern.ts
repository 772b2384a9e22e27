import { runInNewContext } from 'node:vm';

/** Longer reasons are cut before a pattern sees them. UTF-16 units. */
const MAX_TEXT = 2000;
/** No pattern that means well needs longer, on a reason of that length. */
const MAX_MS = 100;

/** Why this cannot be a pattern of the policy, or null. */
export function patternProblem(source: string): string | null {
  // YAML turns "\b" between double quotes into a backspace.
  if (/\p{Cc}/u.test(source)) return 'holds a control character; write patterns between single quotes';
  try {
    new RegExp(source, 'u');
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : 'unknown'}`;
  }
  return repeatsARepetition(source)
    ? 'repeats a group that holds a repetition itself, such as (a+)+, which may take for ever'
    : null;
}

/**
 * Does the pattern occur in the text? `too-slow` when it did not say so within a tenth of a second, twice: some patterns
 * take years on the wrong text, and nothing else would run meanwhile. A busy machine may have run something else the first time.
 */
export function occurs(source: string, text: string): 'yes' | 'no' | 'too-slow' {
  const values = { pattern: new RegExp(source, 'u'), text: text.slice(0, MAX_TEXT) };
  return inTime(values) ?? inTime(values) ?? 'too-slow';
}

function inTime(values: { pattern: RegExp; text: string }): 'yes' | 'no' | null {
  try {
    return runInNewContext('pattern.test(text)', values, { timeout: MAX_MS }) === true ? 'yes' : 'no';
  } catch {
    // Nothing but the time limit can end it.
    return null;
  }
}

/** Finds (a+)+ and its like, the usual way to write a pattern that takes for ever. Reads a valid pattern. */
function repeatsARepetition(source: string): boolean {
  // Escapes and character classes count as one sign: nothing in them groups or repeats.
  let rest = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gu, 'x');
  for (let group = innermost.exec(rest); group; group = innermost.exec(rest)) {
    const [whole, body = '', repeated = ''] = group;
    const repeats = endless.test(body);
    if (repeats && repeated) return true;
    rest = rest.replace(whole, () => (repeats || repeated ? 'x+' : 'x'));
  }
  return false;
}

const endless = /[*+]|\{\d+,\}/;
const innermost = /\(([^()]*)\)([*+]|\{\d+,\})?/;
