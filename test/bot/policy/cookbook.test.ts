import { expect, test } from 'vitest';
import { z } from 'zod';
import { explain } from '../../../bot/policy/explain.ts';
import { judge } from '../../../bot/policy/judge.ts';
import { parsePolicy } from '../../../bot/policy/parse-policy.ts';
import { Policy } from '../../../bot/policy/schema.ts';
import { actionNames } from '../../../bot/policy/types.ts';
import { person, situation } from '../../support/situations.ts';
import { readText } from '../../support/sources.ts';

const page = readText('docs/policy.md');
const examples = [...page.matchAll(/^### (.+)$[\s\S]+?^```yaml\n([\s\S]+?)^```$/gm)].map(
  ([, title = '', yaml = '']) => ({
    title,
    yaml,
  }),
);
const operator = person('U077OPS', { groups: ['S01OPERATORS'] });

test('every YAML block of the cookbook stands below a heading', () => {
  expect(examples).toHaveLength(page.split('```yaml').length - 1);
  expect(examples.length).toBeGreaterThanOrEqual(5);
});

test.each(examples)('$title: is a policy', ({ title, yaml }) => {
  const policy = parsePolicy(yaml, title);
  for (const action of ['install', 'release', 'reboot', 'power', 'rescue'] as const) {
    const device = { name: 'db-01', tags: ['prod', 'db'] };
    // A Wednesday, in a channel in which each of them lets people work, with a ticket.
    const now = Date.parse('2026-12-02T12:00:00Z');
    const wish = situation({ action, device, person: operator, channel: 'C02OPS', now, reason: 'CHG-4471 corrupt OS' });
    expect(judge(policy, wish)).toMatchObject({ kind: 'needs-approval' });
  }
});

test('the cookbook’s database needs a lead and a database administrator', () => {
  const text = examples.find(({ title }) => title.includes('databases'))?.yaml ?? '';
  const of = (...tags: string[]) =>
    explain(parsePolicy(text, 'p'), situation({ device: { name: 'db-01', tags }, person: operator }));
  expect(of('prod', 'db')).toContain('needs 2 approvals: 1 of sre-leads and 1 of dba, by rule prod-reinstall');
  expect(of('db')).toContain('needs 1 approval: 1 of dba, by rule other-databases');
  expect(of('db', 'lab')).toContain('needs no approval');
});

test('the page names every action and explains every key', () => {
  const keys = keysOf(z.toJSONSchema(Policy, { io: 'input' }));
  expect(keys.size).toBeGreaterThan(30);
  const missing = [...keys, ...actionNames].filter(
    (name) => !new RegExp(`\`[^\`\n]*\\b${name}\\b[^\`\n]*\``).test(page),
  );
  expect(missing).toEqual([]);
});

/** Names of all properties, at any depth of a JSON schema. */
function keysOf(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set();
  const own = 'properties' in schema ? Object.keys(schema.properties ?? {}) : [];
  return new Set([...own, ...Object.values(schema).flatMap((part) => [...keysOf(part)])]);
}
