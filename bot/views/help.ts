import { type CommandSpec, optionText, usage } from '../commands/spec.ts';
import { code, escapeText } from '../text.ts';
import { context, type Message, section } from './message.ts';

/** All commands, a line each. */
export function helpOverview(specs: readonly CommandSpec[]): Message {
  const lines = specs.map((spec) => `${code(usage(spec), 300)}\n${escapeText(spec.summary)}`);
  return {
    text: 'XEPA installs any ISO on a bare-metal server, from here. `/xepa help install` explains one command.',
    blocks: [
      section('*XEPA* installs any ISO on a bare-metal server and gives you its screen.'),
      ...chunks(lines, 6).map((part) => section(part.join('\n\n'))),
      context('`/xepa help install` explains one command.'),
    ],
  };
}

/** So many lines surely fit into one section. */
function chunks(lines: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, at) => lines.slice(at * size, (at + 1) * size));
}

/** One command with its options and examples. */
export function helpOf(spec: CommandSpec): Message {
  const options = Object.entries(spec.options).map(
    ([name, option]) =>
      `• ${code(optionText(name, option))}  ${escapeText(option.about)}${option.required ? '' : ' (optional)'}`,
  );
  const examples = spec.examples.map((example) => `• ${code(example, 300)}`);
  const blocks = [
    section(`${code(usage(spec), 300)}\n${escapeText(spec.summary)}`),
    ...(options.length > 0 ? [section(options.join('\n'))] : []),
    section(`*For example*\n${examples.join('\n')}`),
  ];
  return { text: `How to use /xepa ${spec.verb}: ${escapeText(spec.summary)}`, blocks };
}
