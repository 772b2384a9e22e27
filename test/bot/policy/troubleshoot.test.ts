import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../../bot/policy/default-policy.ts';
import { judge } from '../../../bot/policy/judge.ts';
import type { Situation } from '../../../bot/policy/types.ts';
import { policyOf, situation } from '../../support/situations.ts';

const roles = 'roles:\n  operator: { everyone: true }\n  approver: { everyone: true }\nrules:\n';
const installs = '  - { name: installs, match: { actions: [install], tags: [db] }, require: [{ approvals: 2 }] }\n';
const glass = 'break_glass: { roles: [operator], reason_min: 1 }';
const db = { name: 'db-01', tags: ['db'] };
const web = { name: 'web-01', tags: ['web'] };

function said(text: string, given: Partial<Situation>) {
  return judge(
    policyOf(roles + text),
    situation({ action: 'troubleshoot', device: db, reason: 'it does not boot', ...given }),
  );
}

describe('a console of what is installed', () => {
  test('is judged by the rules for installs where no rule names it', () => {
    expect(said(installs, {})).toMatchObject({ kind: 'needs-approval', rules: ['installs'] });
    expect(said(installs, { device: web })).toMatchObject({ kind: 'allowed' });
  });

  test('is judged by rules of its own as soon as one names it', () => {
    const own = '  - { name: looks, match: { actions: [troubleshoot] }, require: [{ approvals: 1 }] }\n';
    expect(said(installs + own, {})).toMatchObject({ kind: 'needs-approval', rules: ['looks'] });
    expect(said(installs + own, { action: 'install' })).toMatchObject({ rules: ['installs'] });
  });

  test('needs a rule with an approval on production', () => {
    const prod = { name: 'db-02', tags: ['prod'] };
    expect(said(installs, { device: prod })).toMatchObject({ kind: 'refused' });
  });

  test('is stopped by a freeze and by the lock of somebody else', () => {
    const freezes = [{ tag: null, until: null, reason: 'moving', by: 'U0LEAD' }];
    expect(said(installs, { device: web, freezes })).toMatchObject({ kind: 'refused' });
    const lock = { by: 'U0LEAD', reason: 'mine', until: null };
    expect(said(installs, { device: web, lock })).toMatchObject({ kind: 'refused' });
  });

  test('is put through in an emergency by its own rules', () => {
    const text = [
      `  - { name: installs, match: { actions: [install] }, require: [{ approvals: 1 }] }`,
      `  - { name: looks, match: { actions: [troubleshoot] }, require: [{ approvals: 1 }], ${glass} }`,
    ].join('\n');
    const emergency = { action: 'break-glass', device: web } as const;
    expect(said(`${text}\n`, { ...emergency, insteadOf: 'troubleshoot' })).toMatchObject({ rules: ['looks'] });
    expect(said(`${text}\n`, { ...emergency, insteadOf: 'install' })).toMatchObject({ kind: 'refused' });
  });

  test('needs one other person on a protected device without a file', () => {
    const settings = {
      XEPA_PROTECTED_TAGS: ['prod'],
      XEPA_REQUESTERS: [],
      XEPA_APPROVERS: [],
      XEPA_APPROVAL_MINUTES: 60,
    };
    const prod = { name: 'db-02', tags: ['prod'] };
    const judgement = judge(defaultPolicy(settings), situation({ action: 'troubleshoot', device: prod }));
    expect(judgement).toMatchObject({ kind: 'needs-approval', terms: { needs: [{ count: 1 }] } });
  });
});
