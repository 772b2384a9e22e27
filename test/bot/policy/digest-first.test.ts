import { describe, expect, test } from 'vitest';
import { explain } from '../../../bot/policy/explain.ts';
import { judge } from '../../../bot/policy/judge.ts';
import { parsePolicy } from '../../../bot/policy/parse-policy.ts';
import { policyOf, situation } from '../../support/situations.ts';

const policy = policyOf(`
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules:
  - { name: verified, match: { actions: [install], tags: [pci] }, iso: digest-first }
  - { name: four-eyes, match: { actions: [install], tags: [prod] }, require: [{ approvals: 1 }] }`);
const on = (...tags: string[]) => judge(policy, situation({ device: { name: 'db-01', tags } }));

describe('an ISO whose digest comes first', () => {
  test('is asked for by the rules that match, also where somebody has to agree', () => {
    expect(on('web')).toEqual({ kind: 'allowed', rules: [] });
    expect(on('pci')).toEqual({ kind: 'allowed', rules: ['verified'], digestFirst: ['verified'] });
    expect(on('pci', 'prod')).toMatchObject({ kind: 'needs-approval', digestFirst: ['verified'] });
  });

  test('is explained', () => {
    expect(explain(policy, situation({ device: { name: 'db-01', tags: ['pci'] } }))).toBe(
      'Installing on db-01 (pci) now needs no approval. Its ISO needs a checksum and is verified before it is used, by rule verified.',
    );
  });

  test.each([
    ['[install]', 'later', 'p.yaml:6:10: `iso` must be digest-first'],
    ['[console]', 'digest-first', 'matches neither install nor troubleshoot'],
  ])('for %s as %s is a mistake with its place', (actions, iso, message) => {
    const text = `version: 1\nroles: {}\nrules:\n  - name: odd\n    match: { actions: ${actions} }\n    iso: ${iso}\n`;
    expect(() => parsePolicy(text, 'p.yaml')).toThrow(message);
  });
});
