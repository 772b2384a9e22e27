import { isObject } from './checks.ts';
import { failed, type Problem } from './verdict.ts';

/** A value with the JSON pointer to where it stands, for what can only be seen of several values at once. */
export type Placed = readonly [pointer: string, value: unknown];

/** The field of an object; its value is undefined where there is none. */
export function partOf([pointer, value]: Placed, name: string): Placed {
  return [`${pointer}/${name}`, isObject(value) ? value[name] : undefined];
}

/** The items of a list; none where it is no list, which another check tells. */
export function itemsOf([pointer, value]: Placed): Placed[] {
  return Array.isArray(value) ? value.map((one, index) => [`${pointer}/${index}`, one]) : [];
}

/** Values that stood somewhere before; what is undefined is never the same. */
export function repeated(values: readonly Placed[]): Problem[] {
  const seen = new Set<unknown>();
  return values.flatMap(([pointer, value]) => {
    if (value === undefined) return [];
    if (seen.has(value)) return [failed(pointer, 'is used twice', { type: 'unique' })];
    seen.add(value);
    return [];
  });
}
