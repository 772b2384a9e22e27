import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { usage } from '../../bot/commands/spec.ts';
import { commands } from '../../bot/commands/table.ts';
import manifest from '../../bot/manifest.json' with { type: 'json' };
import { actions } from '../../bot/policy/actions.ts';
import { readText } from '../support/sources.ts';

const specs = commands.map((command) => command.spec);

describe('docs/slack.md', () => {
  const page = readText('docs/slack.md');

  test('has a row for every command, as help shows it, and for no other', () => {
    expect(commandRows(page)).toEqual(specs.map(usage));
  });

  test.each(specs.flatMap(({ verb, aliases = [] }) => aliases.map((alias) => ({ alias, verb }))))(
    'says that $alias is $verb',
    ({ alias }) => {
      expect(page).toContain(`\`${alias}\``);
    },
  );

  test('says of every scope of the manifest what it is for', () => {
    const table = page.slice(page.indexOf('| scope |'));
    const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
    expect(rows.flatMap((row) => codes(row.split(' | ', 1)[0] ?? ''))).toEqual(manifest.oauth_config.scopes.bot);
  });
});

describe('the README', () => {
  const readme = readText('README.md');
  const part = readme.slice(readme.indexOf('\n## In Slack\n'), readme.indexOf('\n## What happens\n'));
  const shown = codes(part).filter((text) => text.startsWith('/xepa '));

  test.each(['install', 'status', 'console', 'approve', 'deny', 'cancel', 'logs', 'audit', 'doctor', 'link', 'help'])(
    'shows the command %s',
    (verb) => {
      expect(shown.map(verbIn)).toContain(verb);
    },
  );
});

test.each(['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').flatMap((name) => textFile(name))])(
  '%s names no command that there is not',
  (path) => {
    const shown = codes(readText(path)).filter((text) => text.startsWith('/xepa '));
    expect(shown.filter((text) => verbIn(text) === null)).toEqual([]);
  },
);

test('docs/policy.md has a row for every action', () => {
  const page = readText('docs/policy.md');
  const table = page.slice(page.indexOf('| action | role |'));
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
  const named = rows.flatMap((row) => codes(row.split(' | ', 1)[0] ?? ''));
  expect(named.toSorted()).toEqual(Object.keys(actions).toSorted());
});

function textFile(name: string): string[] {
  return name.endsWith('.md') ? [`docs/${name}`] : [];
}

/** What stands between backticks within a line; a bar in a table is written `\|`. */
function codes(text: string): string[] {
  const prose = text.replace(/^ *```.*?^ *```$/gms, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** The first cell of each row that begins with a command. */
function commandRows(page: string): string[] {
  const table = page.slice(page.indexOf('| you type | what it does |'));
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
  return rows.flatMap((row) => codes(row)[0] ?? []);
}

/** The verb of "/xepa device lock DEVICE", as the bot would read it; null when it knows none. */
function verbIn(shown: string): string | null {
  const words = shown.split(' ').slice(1, 3);
  const named = [words.join(' '), words[0]].map((verb) =>
    specs.find((spec) => spec.verb === verb || spec.aliases?.some((alias) => alias === verb)),
  );
  return named.find((spec) => spec !== undefined)?.verb ?? null;
}
