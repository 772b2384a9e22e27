import { describe, expect, test } from 'vitest';
import { asked, prod, prodDb } from '../../support/example-policy.ts';
import { policyOf } from '../../support/situations.ts';

describe('terms', () => {
  test('are those of the one rule that matches', () => {
    expect(asked({ device: prod })).toEqual({
      kind: 'needs-approval',
      rules: ['prod-reinstall'],
      terms: {
        because: 'db-01 has the tag prod',
        needs: [{ label: 'sre-leads', count: 1, users: [], groups: ['S0LEADS'] }],
        stepUp: true,
        typedHostname: false,
        denyReason: false,
        knownDisks: false,
        expiresInMs: 30 * 60_000,
        startWithinMs: 15 * 60_000,
        breakGlass: {
          roles: ['commander'],
          reasonMin: 20,
          delayMs: 60_000,
          reviewWithinMs: 86_400_000,
          notify: ['C0INCIDENT'],
        },
      },
    });
  });

  test('add up over all rules that match: every need, the shortest times, the strictest ways', () => {
    expect(asked({ device: prodDb })).toEqual({
      kind: 'needs-approval',
      rules: ['prod-reinstall', 'db-hours'],
      terms: {
        because: 'db-01 has the tag PROD, db',
        needs: [
          { label: 'sre-leads', count: 1, users: [], groups: ['S0LEADS'] },
          { label: 'dba', count: 1, users: [], groups: ['S0DBA'] },
          { label: 'the approvers', count: 1, users: [], groups: ['S0LEADS'] },
        ],
        stepUp: true,
        typedHostname: true,
        denyReason: true,
        knownDisks: true,
        expiresInMs: 30 * 60_000,
        startWithinMs: 10 * 60_000,
        breakGlass: {
          roles: ['commander'],
          reasonMin: 40,
          delayMs: 300_000,
          reviewWithinMs: 12 * 3_600_000,
          notify: ['C0INCIDENT', 'U09ADMIN'],
        },
      },
    });
  });

  test('have no break glass where one of the rules has none', () => {
    const yaml = (glass: string) => `
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules:
  - { name: a, match: { actions: [install] }, require: [{ approvals: 1 }], break_glass: {} }
  - { name: b, match: { actions: [install] }, require: [{ approvals: 2 }]${glass} }`;
    const glassOf = (text: string) => {
      const judgement = asked({}, policyOf(text));
      return judgement.kind === 'needs-approval' ? judgement.terms.breakGlass : undefined;
    };
    expect(glassOf(yaml(''))).toBeNull();
    expect(glassOf(yaml(', break_glass: { roles: [admin] }'))).toBeNull();
    expect(glassOf(yaml(', break_glass: {}'))).not.toBeNull();
  });

  test('last an hour and start at any time where no rule says otherwise; the rule is the reason where no tag is', () => {
    const lenient = policyOf(`
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules: [{ name: four-eyes, match: { actions: [install] }, require: [{ approvals: 2 }] }]`);
    expect(asked({}, lenient)).toMatchObject({
      terms: {
        because: "the policy's rule four-eyes asks for it",
        needs: [{ label: 'somebody else', count: 2, users: [], groups: [] }],
        expiresInMs: 3_600_000,
        startWithinMs: null,
        breakGlass: null,
      },
    });
  });
});
