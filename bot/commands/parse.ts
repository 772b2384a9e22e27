import { parseArgs } from 'node:util';
import { badInput } from '../bad-input.ts';
import { nearest } from '../did-you-mean.ts';
import { code } from '../text.ts';
import { type CommandSpec, type ParsedCommand, usage } from './spec.ts';
import { splitWords } from './words.ts';

/**
 * Reads what was typed after `/xepa`. Nothing typed counts as `help`. An option may be typed `--iso X`, `--iso=X` or `iso=X`.
 * @throws XepaError bad-input: what is wrong and what to type
 */
export function parseCommand(text: string, specs: readonly CommandSpec[]): ParsedCommand {
  const words = splitWords(text);
  const { spec, rest } = verbOf(words.length === 0 ? ['help'] : words, specs);
  if (rest.some((word) => word === '-h' || word === '--help')) {
    return { verb: spec.verb, target: undefined, options: {}, flags: new Set(), help: true };
  }
  const { tokens } = parseArgs({
    args: rest.map((word) => asOption(word, spec)),
    options: Object.fromEntries(
      Object.entries(spec.options).map(([name, { value }]) => [name, { type: typeOf(value) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const targets = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  // Options first: the value of an unknown one would look like a word too many.
  const { options, flags } = collect(given, spec);
  return { verb: spec.verb, target: oneTarget(targets, spec), options, flags, help: false };
}

/** The longest verb that the words begin with; a single word may be an alias. */
function verbOf(words: readonly string[], specs: readonly CommandSpec[]): { spec: CommandSpec; rest: string[] } {
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  if (['-h', '--help', '?'].includes(first)) return verbOf(['help', ...words.slice(1)], specs);
  const named = (verb: string) => specs.find((one) => one.verb === verb || one.aliases?.includes(verb) === true);
  const long = named(`${first} ${second}`);
  if (long) return { spec: long, rest: words.slice(2) };
  const short = named(first);
  if (short) return { spec: short, rest: words.slice(1) };
  const family = specs.filter((one) => one.verb.startsWith(`${first} `));
  throw family.length > 0 ? unknownMember(first, second, family) : unknownVerb(words[0] ?? '', specs);
}

function asOption(word: string, spec: CommandSpec): string {
  const name = /^([a-z][a-z0-9-]*)=/.exec(word)?.[1];
  return name !== undefined && Object.hasOwn(spec.options, name) ? `--${word}` : word;
}

function typeOf(value: string | null): 'string' | 'boolean' {
  return value === null ? 'boolean' : 'string';
}

interface OptionToken {
  name: string;
  rawName: string;
  value?: string | undefined;
}

function collect(
  given: readonly OptionToken[],
  spec: CommandSpec,
): { options: Record<string, string>; flags: ReadonlySet<string> } {
  const found = new Map<string, string>();
  const flags = new Set<string>();
  for (const token of given) {
    if (!Object.hasOwn(spec.options, token.name)) throw unknownOption(token.rawName, spec);
    if (found.has(token.name) || flags.has(token.name)) throw wrong(`${code(token.rawName)} is given twice.`, spec);
    if (spec.options[token.name]?.value === null) flags.add(flagOf(token, spec));
    else found.set(token.name, textOf(token, spec));
  }
  demandRequired(found, spec);
  return { options: Object.fromEntries(found), flags };
}

function demandRequired(found: ReadonlyMap<string, string>, spec: CommandSpec): void {
  for (const [name, option] of Object.entries(spec.options)) {
    if (option.required && !found.has(name)) throw wrong(`${code(`--${name}`)} is missing: ${option.about}.`, spec);
  }
}

function flagOf({ name, rawName, value }: OptionToken, spec: CommandSpec): string {
  if (value === undefined) return name;
  throw wrong(`${code(rawName)} takes no value.`, spec);
}

function textOf({ rawName, value }: OptionToken, spec: CommandSpec): string {
  // A following option is not a value: `--iso --disk X` forgot the ISO.
  if (value !== undefined && value !== '' && !value.startsWith('--')) return value;
  throw wrong(`${code(rawName)} needs a value.`, spec);
}

function oneTarget(targets: readonly string[], spec: CommandSpec): string | undefined {
  const [first, second] = targets;
  if (spec.target?.many && second !== undefined) return targets.join(' ');
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
  const others = near
    ? `Did you mean \`/xepa ${near}\`? \`/xepa help\` shows all there are.`
    : `There are ${verbs.map((name) => code(name)).join(', ')}; \`/xepa help\` explains them.`;
  return badInput(`There is no command ${code(verb)}. ${others}`);
}

function unknownMember(family: string, typed: string, members: readonly CommandSpec[]) {
  const verbs = members.map((spec) => spec.verb);
  const near = nearest(`${family} ${typed}`, verbs);
  const what =
    typed === '' ? `${code(`/xepa ${family}`)} needs one more word.` : `There is no ${code(`${family} ${typed}`)}.`;
  const hint = near ? ` Did you mean ${code(`/xepa ${near}`)}?` : '';
  return badInput(`${what}${hint} There are ${verbs.map((name) => code(name)).join(', ')}.`);
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
