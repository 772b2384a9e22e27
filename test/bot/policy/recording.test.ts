import { describe, expect, test } from 'vitest';
import { explain } from '../../../bot/policy/explain.ts';
import { judge } from '../../../bot/policy/judge.ts';
import { parsePolicy } from '../../../bot/policy/parse-policy.ts';
import { bob, policyOf, situation } from '../../support/situations.ts';

const DAY_MS = 86_400_000;
const policy = policyOf(`
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules:
  - { name: recorded, match: { actions: [install], tags: [prod] }, record: { keep: 30d } }
  - { name: longer, match: { actions: [install, rescue], tags: [pci] }, record: { keep: 365d } }
  - { name: four-eyes, match: { actions: [install], tags: [prod] }, require: [{ approvals: 1 }] }`);
const on = (...tags: string[]) => judge(policy, situation({ device: { name: 'db-01', tags } }));

describe('recording', () => {
  test('is asked for by the rules that match, and the longest time counts', () => {
    expect(on('web')).toEqual({ kind: 'allowed', rules: [] });
    expect(on('prod')).toMatchObject({
      kind: 'needs-approval',
      recording: { keepMs: 30 * DAY_MS, rules: ['recorded'] },
    });
    expect(on('pci')).toMatchObject({ kind: 'allowed', recording: { keepMs: 365 * DAY_MS, rules: ['longer'] } });
    expect(on('PROD', 'pci')).toMatchObject({ recording: { keepMs: 365 * DAY_MS, rules: ['recorded', 'longer'] } });
  });

  test('is no approval, so production without a rule for that stays closed', () => {
    const only = policyOf(`
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules: [{ name: recorded, match: { actions: [install], tags: [prod] }, record: { keep: 30d } }]`);
    expect(judge(only, situation({ device: { name: 'db-01', tags: ['prod'] } }))).toMatchObject({ kind: 'refused' });
  });

  test('is explained', () => {
    expect(explain(policy, situation({ device: { name: 'db-01', tags: ['pci'] } }))).toBe(
      'Installing on db-01 (pci) now needs no approval. Its console is recorded, by rule longer, and that is kept for 365 days.',
    );
  });

  test.each([
    ['{ keep: never }', 'p.yaml:6:21: `keep` must be a time such as 60s, 30m, 24h or 7d'],
    [
      '{ keep: 400d }',
      'p.yaml:6:21: `keep` must be a time such as 60s, 30m, 24h or 7d: more than nothing, and at most',
    ],
    ['{}', 'p.yaml:6:13: `keep` is missing'],
    ['{ keep: 1d, kep: 2d }', 'p.yaml:6:25: `kep` is unknown; did you mean `keep`?'],
    ['true', 'p.yaml:6:13: `record` must be a map of keys'],
  ])('%s is a mistake with its place', (record, message) => {
    const head = 'version: 1\nroles: {}\nrules:\n  - name: odd\n    match: { actions: [install] }\n';
    expect(() => parsePolicy(`${head}    record: ${record}\n`, 'p.yaml')).toThrow(message);
  });

  test('of something else than installs is a mistake', () => {
    const text =
      'version: 1\nroles: {}\nrules:\n  - name: odd\n    match: { actions: [console] }\n    record: { keep: 1d }\n';
    expect(() => parsePolicy(text, 'p.yaml')).toThrow('p.yaml:6:');
    expect(() => parsePolicy(text, 'p.yaml')).toThrow('matches neither install nor troubleshoot');
  });
});

describe('playing a recording', () => {
  const strict = policyOf(`
roles:
  viewer: { everyone: true }
  operator: { users: [U0OPERATOR] }
  approver: { users: [U0LEAD] }
  auditor: { users: [U0AUDITOR] }
  admin: { users: [U0ADMIN] }`);
  const install = { requester: 'U0REQUESTER', approvedBy: [], neededApproval: true };
  test.each([
    ['U0REQUESTER', 'allowed'],
    ['U0LEAD', 'allowed'],
    ['U0AUDITOR', 'allowed'],
    ['U0ADMIN', 'allowed'],
    ['U0OPERATOR', 'refused'],
    [bob.id, 'refused'],
  ] as const)('of a protected install by %s is %s', (id, kind) => {
    const asked = { action: 'recordings' as const, install, device: { name: 'db-01', tags: ['prod'] } };
    expect(judge(strict, situation({ ...asked, person: { ...bob, id } })).kind).toBe(kind);
  });

  test('is for no auditor who is one only because everybody is', () => {
    const open = policyOf('roles: { operator: { everyone: true }, auditor: { everyone: true } }');
    const asked = { action: 'recordings' as const, device: { name: 'db-01', tags: ['prod'] }, person: bob };
    expect(judge(open, situation({ ...asked, install })).kind).toBe('refused');
  });
});
