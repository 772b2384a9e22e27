import type { Asker, BotDeps } from '../deps.ts';
import type { ActionName } from '../policy/types.ts';

/** What a command looks like when typed; parser and help both read it. */
export interface CommandSpec {
  /** One word, or two for a part of a family: "install", "device lock". */
  verb: string;
  /** Other ways to type the verb. */
  aliases?: readonly string[];
  /** What it does in the words of the policy; who may not do it does not see it in help. */
  action: ActionName;
  /** One sentence. */
  summary: string;
  /** What follows the verb, or null when nothing may. `many`: any number of words, which arrive with a space between. */
  target: { name: string; required: boolean; many?: boolean } | null;
  /** Options by name: what stands for the value, null for one that takes none, and what it does. */
  options: Readonly<Record<string, { value: string | null; about: string; required?: boolean }>>;
  examples: readonly string[];
}

/** A command line that fits its spec. */
export interface ParsedCommand {
  verb: string;
  target: string | undefined;
  options: Readonly<Record<string, string>>;
  /** Options without a value that were given. */
  flags: ReadonlySet<string>;
  /** Help was asked for instead (`-h`). */
  help: boolean;
}

export interface Command {
  spec: CommandSpec;
  /** Also for guests and people of other organisations, as it tells them nothing of what is here. */
  forOutsiders?: true;
  /** @throws XepaError whose userMessage is shown to the person alone */
  run(deps: BotDeps, asker: Asker, parsed: ParsedCommand): Promise<void>;
}

/** "/xepa install DEVICE --iso URL|NAME [--disk SERIAL]" */
export function usage(spec: CommandSpec): string {
  const target = spec.target ? [bracket(spec.target.name.toUpperCase(), spec.target.required)] : [];
  const options = Object.entries(spec.options).map(([name, option]) =>
    bracket(optionText(name, option), option.required === true),
  );
  return ['/xepa', spec.verb, ...target, ...options].join(' ');
}

/** "--iso URL|NAME", or "--dry-run" for one that takes no value. */
export function optionText(name: string, option: { value: string | null }): string {
  return option.value === null ? `--${name}` : `--${name} ${option.value}`;
}

function bracket(text: string, required: boolean): string {
  return required ? text : `[${text}]`;
}
