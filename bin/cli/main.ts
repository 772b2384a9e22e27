import { parseArgs } from 'node:util';
import { exportFormats } from '../../core/audit-export.ts';
import { toXepaError, XepaError } from '../../core/errors.ts';
import { type AuditWish, audit } from './audit.ts';
import { helpText } from './help.ts';
import { processNames, serve } from './serve.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the command line.
 * @returns the exit code: 0 well, 1 failed or the audit found a break, 2 from `doctor` when it was typed wrongly
 */
export async function main(args: readonly string[], source: Environment): Promise<number> {
  try {
    return await dispatch(args, source);
  } catch (thrown) {
    report(thrown);
    return 1;
  }
}

async function dispatch(args: readonly string[], source: Environment): Promise<number> {
  const [verb = 'help', ...rest] = args;
  if (['help', '--help', '-h'].includes(verb)) {
    console.log(helpText);
    return 0;
  }
  // Loaded on demand: it knows every process.
  if (verb === 'doctor') return await (await import('./doctor.ts')).doctor(rest, source);
  if (verb === 'audit') return await audit(auditWish(rest), source);
  const name = processNames.find((known) => known === verb);
  if (!name || rest.length > 0) throw misuse(`I do not know \`xepa ${args.join(' ')}\`.`);
  return await serve(name, source);
}

function auditWish(args: string[]): AuditWish {
  const { values, positionals } = parseOptions(args);
  const [install] = positionals;
  const named = positionals.length + (values.all ? 1 : 0);
  const exportAs = exportFormats.find((format) => format === values.export) ?? null;
  if (values.export !== undefined && exportAs === null) throw misuse('`--export` is `csv` or `jsonl`.');
  if (values.verify === (exportAs !== null) || named !== 1) {
    throw misuse('`xepa audit --verify` needs one install, or `--all`; so does `--export csv` or `--export jsonl`.');
  }
  return { of: install === undefined ? 'all' : { install }, exportAs };
}

function parseOptions(args: string[]) {
  const options = {
    verify: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    export: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (cause) {
    throw misuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function misuse(what: string, cause?: unknown): XepaError {
  const text = `${what}\n\n${helpText}`;
  return new XepaError('bad-input', { message: what, userMessage: text, cause });
}

/** People get the sentence that helps; the stack only where the fault is ours. */
function report(thrown: unknown): void {
  const error = toXepaError(thrown);
  if (error.code === 'internal') console.error(thrown);
  else console.error(error.userMessage);
}
