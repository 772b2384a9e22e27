import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { nearest } from '../did-you-mean.ts';
import { outsiderReason } from '../policy/full-member.ts';
import { mayTry } from '../policy/may-try.ts';
import { namedGroups } from '../policy/roles.ts';
import { code } from '../text.ts';
import { helpOf, helpOverview } from '../views/help.ts';
import type { Command, CommandSpec } from './spec.ts';

/** Explains the commands of a table, itself included, to whoever may use them here. */
export function helpCommand(others: readonly Command[]): Command {
  const self: Command = {
    spec: {
      verb: 'help',
      action: 'look',
      summary: 'Explains the commands that you may use here.',
      target: { name: 'command', required: false },
      options: {},
      examples: ['/xepa help', '/xepa help install'],
    },
    forOutsiders: true,
    async run(deps, asker, { target }) {
      const specs = [...others, self].map((command) => command.spec);
      if (target === undefined) return asker.tell(helpOverview(await usable(deps, asker, specs)));
      const wanted = target.toLowerCase();
      const spec = specs.find((one) => one.verb === wanted || one.aliases?.includes(wanted));
      if (spec) return asker.tell(helpOf(spec));
      const family = specs.filter((one) => one.verb.startsWith(`${wanted} `));
      if (family.length > 0) return asker.tell(helpOverview(family));
      throw unknown(target, specs);
    },
  };
  return self;
}

/** Help itself stays for everybody: it says why there is nothing else. */
async function usable(deps: BotDeps, asker: Asker, specs: readonly CommandSpec[]): Promise<CommandSpec[]> {
  const { policy } = deps.policy.current();
  const person = await deps.people.find(asker.user, namedGroups(policy));
  const outside = outsiderReason(person, deps.rules.teamId) !== null;
  const may = (spec: CommandSpec) =>
    !outside && mayTry(policy, { action: spec.action, person, channel: asker.channel });
  return specs.filter((spec) => spec.verb === 'help' || may(spec));
}

function unknown(typed: string, specs: readonly CommandSpec[]) {
  const near = nearest(
    typed,
    specs.map((one) => one.verb),
  );
  return badInput(`There is no command ${code(typed)}.${near ? ` Did you mean \`/xepa help ${near}\`?` : ''}`);
}
