import { z } from 'zod';
import { besidesOtherFaults, botSettings, refuseTokenFaults } from '../../../bot/config.ts';
import { type Check, type Finding, fail, ok, skipped } from '../../../core/doctor/check.ts';
import { ConsoleSettings } from '../../../web-console/config.ts';
import { workerSettings } from '../../../worker/config.ts';
import type { Environment } from '../main.ts';

const LIMIT_MS = 1_000;
const processes: readonly [string, z.ZodType][] = [
  ['bot', z.object(botSettings).superRefine(refuseTokenFaults, besidesOtherFaults)],
  ['worker', workerSettings],
  ['web-console', ConsoleSettings],
];

/** A part of the settings, or why there is none. */
export type Part<T> = { set: true; value: T } | { set: false; finding: Finding };

/** Whether each process could read its settings. */
export function settingsChecks(source: Environment): Check[] {
  return processes.map(([name, schema]) => ({
    part: 'settings',
    name,
    limitMs: LIMIT_MS,
    run: async () => {
      const part = readPart(schema, source);
      return part.set ? ok('complete') : part.finding;
    },
  }));
}

/** Reads what a part needs. What is not set is skipped: this may be the place of another process. What is wrong fails. */
export function readPart<Schema extends z.ZodType>(schema: Schema, source: Environment): Part<z.infer<Schema>> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return { set: true, value: result.data };
  const faults = result.error.issues.map((issue) => ({ name: String(issue.path[0]), says: issue.message }));
  const wrong = faults.filter(({ name }) => name in given);
  const told = wrong.length > 0 ? wrong : faults;
  const says = told.map((fault) => `\`${fault.name}\` ${fault.says}`).join('; ');
  const todo = "The README's table says what each setting is for";
  return { set: false, finding: wrong.length > 0 ? fail(says, todo) : skipped(says, todo) };
}
