import { badInput } from '../bad-input.ts';
import { nearest } from '../did-you-mean.ts';
import { code } from '../text.ts';
import { helpOf, helpOverview } from '../views/help.ts';
import type { Command } from './spec.ts';

/** Explains the commands of a table, itself included. */
export function helpCommand(others: readonly Command[]): Command {
  const self: Command = {
    spec: {
      verb: 'help',
      action: 'look',
      summary: 'Explains the commands.',
      target: { name: 'command', required: false },
      options: {},
      examples: ['/xepa help', '/xepa help install'],
    },
    async run(_deps, asker, { target }) {
      const specs = [...others, self].map((command) => command.spec);
      if (target === undefined) return asker.tell(helpOverview(specs));
      const spec = specs.find((one) => one.verb === target.toLowerCase());
      if (spec) return asker.tell(helpOf(spec));
      const family = specs.filter((one) => one.verb.startsWith(`${target.toLowerCase()} `));
      if (family.length > 0) return asker.tell(helpOverview(family));
      const near = nearest(
        target,
        specs.map((one) => one.verb),
      );
      throw badInput(`There is no command ${code(target)}.${near ? ` Did you mean \`/xepa help ${near}\`?` : ''}`);
    },
  };
  return self;
}
