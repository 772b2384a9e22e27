import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestContext } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

/** A provider's description of its API is not ours to pass on: the checks run where somebody put it. */
const folder = resolve(import.meta.dirname, '../../../shared/specs');

/** They are long: each is parsed once. */
const read = new Map<string, Description>();

const Schema = z.looseObject({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).default([]),
  oneOf: z.array(z.unknown()).default([]),
  anyOf: z.array(z.unknown()).default([]),
  enum: z.array(z.unknown()).optional(),
});
type Schema = z.infer<typeof Schema>;

const Operation = z.looseObject({ requestBody: z.unknown().optional() });
const Description = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
export type Description = z.infer<typeof Description>;

/** Where a description lies; without it the test is skipped, and says so. */
export function descriptionFile(context: TestContext, name: string): string {
  const file = resolve(folder, name);
  if (!existsSync(file)) context.skip(`the description of the API is not here: ${file}`);
  return file;
}

/** Reads a description; without it the test is skipped, and says so. */
export function describedIn(context: TestContext, name: string): Description {
  const file = descriptionFile(context, name);
  const description = read.get(file) ?? Description.parse(parse(readFileSync(file, 'utf8')));
  read.set(file, description);
  return description;
}

/** Names of a schema's fields, its parts and its alternatives included; what the first alternative says of a field counts. */
export function fieldsOf(api: Description, schema: unknown): Map<string, unknown> {
  const { properties, allOf, oneOf, anyOf } = resolved(api, schema);
  const parts = [...anyOf.toReversed(), ...oneOf.toReversed(), ...allOf];
  return new Map([...parts.flatMap((part) => [...fieldsOf(api, part)]), ...Object.entries(properties)]);
}

/** The values that a field may have. */
export function valuesOf(api: Description, schema: unknown): unknown[] {
  return resolved(api, schema).enum ?? [];
}

/** Fields that we read and the description does not have; lists and objects within it are followed. */
export function strangers(api: Description, ours: z.ZodType, theirs: unknown, at: string): string[] {
  const shape = shapeOf(ours);
  if (!shape) return [];
  const known = fieldsOf(api, resolved(api, theirs).items ?? theirs);
  return Object.entries(shape).flatMap(([name, field]) =>
    known.has(name) ? strangers(api, field, known.get(name), `${at}.${name}`) : [`${at}.${name}`],
  );
}

/** One call, as it went over the line. */
export interface Exchange {
  method: string;
  path: string;
  fields: readonly string[];
}

/** Fields of a request's body that are not described: a service that ignores them would not say so, and nor does Prism. */
export function unknownFields(api: Description, { method, path, fields }: Exchange): string[] {
  const [, methods] = Object.entries(api.paths).find(([template]) => fits(template, path)) ?? [];
  const operation = Operation.safeParse(methods?.[method.toLowerCase()]).data;
  const known = fieldsOf(api, contentOf(api, operation?.requestBody));
  const unknown = fields.filter((field) => !known.has(field.replace(/\[\]$/, '')));
  return unknown.map((field) => `${method} ${path} has no field ${field}`);
}

function fits(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
}

/** The schema of a body, whatever its media type. */
function contentOf(api: Description, holder: unknown): unknown {
  const Holder = z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).default({}) });
  const { content } = Holder.parse(follow(api, holder ?? {}));
  return Object.values(content)[0]?.schema ?? {};
}

function resolved(api: Description, schema: unknown): Schema {
  return Schema.parse(follow(api, schema ?? {}));
}

/** A reference is a path through the document. */
function follow(api: Description, value: unknown): unknown {
  const { $ref } = Schema.safeParse(value).data ?? {};
  if ($ref === undefined) return value;
  let found: unknown = api;
  for (const part of $ref.split('/').slice(1)) found = z.record(z.string(), z.unknown()).parse(found)[part];
  return follow(api, found);
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodArray) return shapeOf(schema.element as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return shapeOf(schema.unwrap() as z.ZodType);
  }
  return undefined;
}
