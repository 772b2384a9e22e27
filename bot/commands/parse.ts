import { parseArgs } from 'node:util';
import { badInput } from '../bad-input.ts';
import { nearest } from '../did-you-mean.ts';
import { code } from '../text.ts';
import { type CommandSpec, type ParsedCommand, usage } from './spec.ts';
import { splitWords } from './words.ts';

/**
 * Reads what was typed after `/xepa`. Nothing typed counts as `help`.
 * @throws XepaError bad-input: what is wrong and what to type
 */
export function parseCommand(text: string, specs: readonly CommandSpec[]): ParsedCommand {
  const [verb = 'help', ...rest] = splitWords(text);
  const wanted = ['-h', '--help', '?'].includes(verb) ? 'help' : verb.toLowerCase();
  const spec = specs.find((one) => one.verb === wanted);
  if (!spec) throw unknownVerb(verb, specs);
  if (rest.some((word) => word === '-h' || word === '--help')) {
    return { verb: spec.verb, target: undefined, options: {}, help: true };
  }
  const options = Object.fromEntries(Object.keys(spec.options).map((name) => [name, { type: 'string' as const }]));
  const { tokens } = parseArgs({ args: rest, options, strict: false, allowPositionals: true, tokens: true });
  const targets = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  // Options first: the value of an unknown one would look like a word too many.
  const values = collect(given, spec);
  return { verb: spec.verb, target: oneTarget(targets, spec), options: values, help: false };
}

interface OptionToken {
  name: string;
  rawName: string;
  value?: string | undefined;
}

function collect(given: readonly OptionToken[], spec: CommandSpec): Record<string, string> {
  const found = new Map<string, string>();
  for (const { name, rawName, value } of given) {
    if (!Object.hasOwn(spec.options, name)) throw unknownOption(rawName, spec);
    // A following option is not a value: `--iso --disk X` forgot the ISO.
    if (value === undefined || value === '' || value.startsWith('--'))
      throw wrong(`${code(rawName)} needs a value.`, spec);
    if (found.has(name)) throw wrong(`${code(rawName)} is given twice.`, spec);
    found.set(name, value);
  }
  for (const [name, option] of Object.entries(spec.options)) {
    if (option.required && !found.has(name)) throw wrong(`${code(`--${name}`)} is missing: ${option.about}.`, spec);
  }
  return Object.fromEntries(found);
}

function oneTarget(targets: readonly string[], spec: CommandSpec): string | undefined {
  const [first, second] = targets;
  const surplus = spec.target ? second : first;
  if (surplus !== undefined) {
    throw wrong(`${code(surplus)} is one word too many. Text with spaces goes in double quotes.`, spec);
  }
  if (spec.target?.required && !first) throw wrong(`Which ${spec.target.name}?`, spec);
  return first;
}

function unknownVerb(verb: string, specs: readonly CommandSpec[]) {
  const verbs = specs.map((spec) => spec.verb);
  const near = nearest(verb, verbs);
  const hint = near ? ` Did you mean \`/xepa ${near}\`?` : '';
  const list = verbs.map((name) => code(name)).join(', ');
  return badInput(`There is no command ${code(verb)}.${hint} There are ${list}; \`/xepa help\` explains them.`);
}

function unknownOption(rawName: string, spec: CommandSpec) {
  const names = Object.keys(spec.options).map((name) => `--${name}`);
  const near = nearest(rawName, names);
  return wrong(
    `${code(`/xepa ${spec.verb}`)} has no option ${code(rawName)}.${near ? ` Did you mean ${code(near)}?` : ''}`,
    spec,
  );
}

function wrong(what: string, spec: CommandSpec) {
  return badInput(`${what}\nType: ${code(usage(spec), 400)}`);
}
