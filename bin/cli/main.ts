import { parseArgs } from 'node:util';
import { toXepaError, XepaError } from '../../core/errors.ts';
import { audit } from './audit.ts';
import { helpText } from './help.ts';
import { processNames, serve } from './serve.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the command line.
 * @returns the exit code: 0 well, 1 failed or the audit found a break
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
  if (verb === 'audit') return await audit(auditWish(rest), source);
  const name = processNames.find((known) => known === verb);
  if (!name || rest.length > 0) throw misuse(`I do not know \`xepa ${args.join(' ')}\`.`);
  return await serve(name, source);
}

function auditWish(args: string[]): { install: string } | 'all' {
  const { values, positionals } = parseOptions(args);
  const [install] = positionals;
  const wishes = positionals.length + (values.all ? 1 : 0);
  if (!values.verify || wishes !== 1) throw misuse('`xepa audit --verify` needs one install, or `--all`.');
  return install === undefined ? 'all' : { install };
}

function parseOptions(args: string[]) {
  const options = { verify: { type: 'boolean' }, all: { type: 'boolean' } } as const;
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
