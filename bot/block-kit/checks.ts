import type { Limit } from './limits.ts';
import { failed, type Problem } from './verdict.ts';

/** Says everything that is wrong with a value that stands at a JSON pointer. */
export type Check = (value: unknown, at: string) => Problem[];
/** The same for an object as a whole: what its fields must be to each other. */
export type Rule = (value: Fields, at: string) => Problem[];
export type Fields = Readonly<Record<string, unknown>>;
type Checks = Readonly<Record<string, Check>>;

/** Any text of a length; what people read of it is checked elsewhere. */
export function string(limit: Limit = {}): Check {
  return (value, at) => {
    if (typeof value !== 'string') return [wrongType(at, 'string', value)];
    return within(value.length, limit, { at, unit: 'characters', low: 'min_length', high: 'max_length' });
  };
}

export function matching(pattern: RegExp, what: string, limit: Limit = {}): Check {
  return (value, at) => {
    const wrong = string(limit)(value, at);
    if (wrong.length > 0 || typeof value !== 'string' || pattern.test(value)) return wrong;
    return [failed(at, `must be ${what}`, { type: 'pattern', expected: what })];
  };
}

export function whole(limit: Limit = {}): Check {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return [wrongType(at, 'integer', value)];
    return within(value, limit, { at, unit: '', low: 'minimum', high: 'maximum' });
  };
}

export const flag: Check = (value, at) => (typeof value === 'boolean' ? [] : [wrongType(at, 'boolean', value)]);

export function oneOf(...names: string[]): Check {
  return (value, at) => (names.some((name) => name === value) ? [] : [unsupported(at, names, value)]);
}

/** A list whose items all pass; Slack takes no empty list unless its limit says so. */
export function list(item: Check, limit: Limit = {}): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return [wrongType(at, 'array', value)];
    const range = { min: 1, ...limit };
    const length = within(value.length, range, { at, unit: 'items', low: 'min_items', high: 'max_items' });
    return [...length, ...value.flatMap((one, index) => item(one, `${at}/${index}`))];
  };
}

/** An object with these fields and no others: Slack refuses a message for a field that it does not know. */
export function shape(required: Checks, optional: Checks = {}, ...rules: Rule[]): Check {
  const known: Checks = { ...required, ...optional };
  return (value, at) => {
    if (!isObject(value)) return [wrongType(at, 'object', value)];
    const given = Object.keys(value).filter((name) => value[name] !== undefined);
    const missing = Object.keys(required).filter((name) => !given.includes(name));
    return [
      ...missing.map((name) => failed(at, `lacks the field ${name}`, { type: 'required', expected: name })),
      ...given.flatMap((name) => known[name]?.(value[name], `${at}/${name}`) ?? [additional(at, name)]),
      ...rules.flatMap((rule) => rule(value, at)),
    ];
  };
}

/** An object that says by its `type` what it is; any other type is an error that names it. */
export function typed(kinds: Checks): Check {
  return (value, at) => {
    if (!isObject(value)) return [wrongType(at, 'object', value)];
    const { type, ...fields } = value;
    const check = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    return check ? check(fields, at) : [unsupported(`${at}/type`, Object.keys(kinds), type)];
  };
}

/** Exactly one of two fields, or, on request, at least one. */
export function eitherOf(one: string, other: string, howMany: 'exactly one' | 'at least one' = 'exactly one'): Rule {
  return (value, at) => {
    const given = [one, other].filter((name) => value[name] !== undefined).length;
    if (given === 1 || (given === 2 && howMany === 'at least one')) return [];
    return [failed(at, `needs ${howMany} of ${one} and ${other}`, { type: 'one_of', expected: [one, other] })];
  };
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(
  size: number,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Limit,
  how: {
    at: string;
    unit: string;
    low: 'min_length' | 'min_items' | 'minimum';
    high: 'max_length' | 'max_items' | 'maximum';
  },
): Problem[] {
  const has = `is ${size} ${how.unit}`.trim();
  if (size < min) return [failed(how.at, `${has}, at least ${min}`, { type: how.low, expected: min, got: size })];
  if (size > max) return [failed(how.at, `${has}, at most ${max}`, { type: how.high, expected: max, got: size })];
  return [];
}

function wrongType(at: string, expected: string, value: unknown): Problem {
  const got = value === null ? 'null' : typeof value;
  return failed(at, `must be ${expected}, is ${got}`, { type: 'type', expected, got });
}

function unsupported(at: string, expected: readonly string[], value: unknown): Problem {
  const got = String(value);
  return failed(at, `unsupported type or value: ${got}`, { type: 'enum', expected, got });
}

function additional(at: string, name: string): Problem {
  return failed(at, `has the field ${name}, which Slack does not know here`, {
    type: 'additional_property',
    got: name,
  });
}
