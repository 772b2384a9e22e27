import type { Asker, BotDeps } from '../deps.ts';

/** What a command looks like when typed; parser and help both read it. */
export interface CommandSpec {
  verb: string;
  /** One sentence. */
  summary: string;
  /** What follows the verb, or null when nothing may. */
  target: { name: string; required: boolean } | null;
  /** Options by name: what stands for the value, and what it does. All take a value. */
  options: Readonly<Record<string, { value: string; about: string; required?: boolean }>>;
  examples: readonly string[];
}

/** A command line that fits its spec. */
export interface ParsedCommand {
  verb: string;
  target: string | undefined;
  options: Readonly<Record<string, string>>;
  /** Help was asked for instead (`-h`). */
  help: boolean;
}

export interface Command {
  spec: CommandSpec;
  /** @throws XepaError whose userMessage is shown to the person alone */
  run(deps: BotDeps, asker: Asker, parsed: ParsedCommand): Promise<void>;
}

/** "/xepa install DEVICE --iso URL|NAME [--disk SERIAL]" */
export function usage(spec: CommandSpec): string {
  const target = spec.target ? [bracket(spec.target.name.toUpperCase(), spec.target.required)] : [];
  const options = Object.entries(spec.options).map(([name, option]) =>
    bracket(`--${name} ${option.value}`, option.required === true),
  );
  return ['/xepa', spec.verb, ...target, ...options].join(' ');
}

function bracket(text: string, required: boolean): string {
  return required ? text : `[${text}]`;
}
