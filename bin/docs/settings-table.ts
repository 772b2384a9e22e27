import { z } from 'zod';

/** The settings of one process: its name and the shape of its schema. */
export interface SettingsGroup {
  process: string;
  shape: Readonly<Record<string, z.ZodType>>;
}

interface Row {
  name: string;
  default: string;
  about: string;
  readers: string[];
}

/**
 * The configuration table of the README, from the schemas that parse the environment.
 * A setting that several processes read is one row, with what each of them says of it.
 * @throws Error when a setting has no description, or not the same default in every process
 */
export function settingsTable(groups: readonly SettingsGroup[]): string {
  const rows = new Map<string, Row>();
  for (const { process, shape } of groups) {
    for (const [name, schema] of Object.entries(shape)) addReader(rows, describeSetting(name, schema), process);
  }
  const lines = [...rows.values()].map(
    (row) => `| \`${row.name}\` | ${row.default} | ${row.about} | ${readersText(row.readers, groups.length)} |`,
  );
  return ['| variable | default | what it is for | read by |', '|---|---|---|---|', ...lines].join('\n');
}

function addReader(rows: Map<string, Row>, row: Row, process: string): void {
  const known = rows.get(row.name);
  if (!known) {
    rows.set(row.name, { ...row, readers: [process] });
    return;
  }
  if (known.default !== row.default) throw new Error(`${row.name} has two defaults: ${known.default}, ${row.default}`);
  known.readers.push(process);
  if (!known.about.includes(row.about)) known.about = `${known.about}; ${process}: ${row.about}`;
}

function describeSetting(name: string, schema: z.ZodType): Row {
  const about = schema.description;
  if (about === undefined) throw new Error(`${name} has no description`);
  return { name, default: defaultText(schema), about: about.replaceAll('|', '\\|'), readers: [] };
}

/** The default as it would be typed. What must be set is in bold; a dash means that it may stay unset. */
function defaultText(schema: z.ZodType): string {
  if (!schema.safeParse(undefined).success) return '**required**';
  const value = defaultOf(schema);
  if (value === undefined || value === '') return '–';
  return `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``;
}

/** Finds the default in a schema that transforms and wrappers may surround. */
function defaultOf(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.defaultValue;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return defaultOf(schema.def.innerType);
  if (schema instanceof z.ZodReadonly) return defaultOf(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return defaultOf(schema.def.in);
  return undefined;
}

function readersText(readers: readonly string[], processes: number): string {
  return readers.length === processes ? 'all' : readers.join(', ');
}
