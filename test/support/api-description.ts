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
  type: z.string().optional(),
  nullable: z.boolean().default(false),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).default([]),
  oneOf: z.array(z.unknown()).default([]),
  enum: z.array(z.unknown()).optional(),
});
type Schema = z.infer<typeof Schema>;

const Operation = z.looseObject({ requestBody: z.unknown().optional(), responses: z.record(z.string(), z.unknown()) });
const Description = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
export type Description = z.infer<typeof Description>;

/** Reads a description; without it the test is skipped, and says so. */
export function describedIn(context: TestContext, name: string): Description {
  const file = resolve(folder, name);
  if (!existsSync(file)) context.skip(`the description of the API is not here: ${file}`);
  const description = read.get(file) ?? Description.parse(parse(readFileSync(file, 'utf8')));
  read.set(file, description);
  return description;
}

/** Names of a schema's fields, its parts included. */
export function fieldsOf(api: Description, schema: unknown): Map<string, unknown> {
  const { properties, allOf } = resolved(api, schema);
  return new Map([...allOf.flatMap((part) => [...fieldsOf(api, part)]), ...Object.entries(properties)]);
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

/** What an answer has that its description does not allow: a sentence each. */
export function faultsOf(api: Description, schema: unknown, value: unknown, at: string): string[] {
  const { oneOf, items, ...own } = resolved(api, schema);
  if (oneOf.length > 0) {
    return oneOf.some((one) => faultsOf(api, one, value, at).length === 0) ? [] : [`${at} is none of its kinds`];
  }
  const fault = faultOfItself(own, value);
  if (fault !== null) return [`${at} is ${fault}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => faultsOf(api, items, item, `${at}.${index}`));
  return typeof value === 'object' && value !== null ? faultsWithin(api, schema, value, at) : [];
}

function faultOfItself(schema: Pick<Schema, 'type' | 'nullable' | 'enum'>, value: unknown): string | null {
  const { type, nullable, enum: values } = schema;
  if (value === null) return nullable || type === undefined ? null : 'null';
  if (type !== undefined && kindOf(value) !== type) return `a ${kindOf(value)}, not a ${type}`;
  return values === undefined || values.includes(value) ? null : String(value);
}

function faultsWithin(api: Description, schema: unknown, value: object, at: string): string[] {
  const known = fieldsOf(api, schema);
  const missing = requiredOf(api, schema).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, field]) => faultsOf(api, known.get(name), field, `${at}.${name}`)),
  ];
}

function requiredOf(api: Description, schema: unknown): string[] {
  const { required, allOf } = resolved(api, schema);
  return [...required, ...allOf.flatMap((part) => requiredOf(api, part))];
}

/** One call and its answer, as they went over the line. */
export interface Exchange {
  method: string;
  path: string;
  form: Readonly<Record<string, unknown>>;
  status: number;
  answer: unknown;
}

/** What the description says against a call and its answer. */
export function faultsOfExchange(api: Description, exchange: Exchange): string[] {
  const { method, path, form, status, answer } = exchange;
  const name = `${method} ${path}`;
  const [, methods] = Object.entries(api.paths).find(([template]) => fits(template, path)) ?? [];
  const operation = Operation.safeParse(methods?.[method.toLowerCase()]).data;
  if (!operation) return [`${name} is not described`];
  const body = contentOf(api, operation.requestBody);
  const [known, sent] = [fieldsOf(api, body), Object.keys(form).map((field) => field.replace(/\[\]$/, ''))];
  const needed = requiredOf(api, body).filter((field) => !sent.includes(field));
  const response = operation.responses[status];
  if (response === undefined) return [`${name} does not answer ${status}`];
  return [
    ...sent.filter((field) => !known.has(field)).map((field) => `${name} has no field ${field}`),
    ...needed.map((field) => `${name} needs ${field}`),
    ...faultsOf(api, contentOf(api, response), answer ?? {}, name),
  ];
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

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodArray) return shapeOf(schema.element as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return shapeOf(schema.unwrap() as z.ZodType);
  }
  return undefined;
}
