import { z } from 'zod';
import type { Description } from './api-description.ts';

/** A place where a description says other things than the service does. */
export interface Gap {
  /** Keys from the top of the document down. */
  at: readonly string[];
  /** How that is known. */
  because: string;
  /** @throws when the place no longer says what has to be mended */
  mend(schema: Schema, api: Description): Schema;
}

const Schema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof Schema>;

/**
 * A copy of a description that says what the service does, and is for a reader that changes what it reads.
 * @throws for a gap that is none: it would hide the next one
 */
export function mendedDescription(api: Description, gaps: readonly Gap[]): Description {
  const copy = structuredClone(api);
  for (const { at, because, mend } of gaps) {
    try {
      const mended = mend(Schema.parse(valueAt(copy, at)), copy);
      Reflect.set(Object(valueAt(copy, at.slice(0, -1))), at.at(-1) ?? '', mended);
    } catch (cause) {
      throw new Error(`nothing to mend at ${at.join('/')} (${because})`, { cause });
    }
  }
  return copy;
}

/** The value may be null as well. */
export function orNull(schema: Schema, api: Description): Schema {
  const { $ref } = schema;
  const resolved = typeof $ref === 'string' ? Schema.parse(valueAt(api, $ref.split('/').slice(1))) : schema;
  // Beside a reference `nullable` is not read, nor without a type.
  z.looseObject({ type: z.string(), nullable: z.never().optional() }).parse(resolved);
  return { ...resolved, nullable: true };
}

/** What fits several of the alternatives fits. */
export function anyOfThem({ oneOf, ...rest }: Schema): Schema {
  return { ...rest, anyOf: z.array(Schema).parse(oneOf) };
}

/** What is not asked to be included is a link, or a list of links: so is what it is made of left out. */
export function linked({ type }: Schema): Schema {
  const link = { $ref: '#/components/schemas/Href' };
  return type === 'array' ? { type, items: link } : link;
}

function valueAt(api: Description, path: readonly string[]): unknown {
  let found: unknown = api;
  for (const part of path) found = Reflect.get(Object(found), part);
  return found;
}
