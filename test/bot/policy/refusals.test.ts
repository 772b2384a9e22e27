import { describe, expect, test } from 'vitest';
import { elsewhere } from '../../../bot/other-workspaces.ts';
import { asked, production, refusal, SATURDAY } from '../../support/example-policy.ts';
import { bob, policyOf } from '../../support/situations.ts';

describe('a refusal', () => {
  test('names the role and who has it', () => {
    expect(refusal(asked({ person: bob }))).toBe(
      'Installing needs the role operator, which you do not have. Who has it: operations; the user U09ADMIN.',
    );
    expect(refusal(asked({ action: 'review', person: bob }))).toContain(
      'Who has it: the user group S0LEADS; sre-leads; dba.',
    );
    expect(refusal(asked({ person: bob }, policyOf('roles: { viewer: { everyone: true } }')))).toContain(
      'Who has it: nobody.',
    );
  });

  test('gives every reason at once', () => {
    const judgement = asked({
      person: bob,
      channel: 'C02PUBLIC',
      device: { name: 'museum-1', tags: ['prod', 'db', 'ticketed'] },
      now: SATURDAY,
      freezes: [
        { tag: null, until: null, reason: 'audit', by: 'U1' },
        { tag: 'db', until: SATURDAY + 3_600_000, reason: 'migration', by: 'U2' },
      ],
      lock: { by: 'U3', reason: 'disk swap', until: null },
    });
    expect(judgement).toEqual({
      kind: 'refused',
      rules: ['prod-reinstall', 'db-hours', 'ticket', 'museum'],
      reasons: [
        'Installing needs the role operator, which you do not have. Who has it: operations; the user U09ADMIN.',
        'Here people may do at most what the role viewer allows. Installing has to be done in another channel.',
        'Everything is frozen by U1: audit',
        'Devices with the tag db are frozen by U2 until Sat 28 Nov 2026, 12:00 (UTC): migration',
        'The device is locked by U3: disk swap',
        'Rule museum forbids it.',
        'Rule db-hours has protected hours, until Mon 30 Nov 2026, 07:00 (Europe/Berlin). In an emergency a break glass opens it.',
        'Rule ticket wants a reason of at least 15 characters, and there is none. Name the ticket, such as CHG-1234.',
      ],
    });
  });

  test('says of what another workspace made only that it is there, and until when', () => {
    const foreign = { by: elsewhere, reason: '' };
    const judgement = asked({
      device: { name: 'a', tags: [] },
      freezes: [{ tag: null, until: SATURDAY + 3_600_000, ...foreign }],
      lock: { until: null, ...foreign },
      now: SATURDAY,
    });
    expect(judgement).toMatchObject({
      reasons: [
        'Everything is frozen in another workspace until Sat 28 Nov 2026, 12:00 (UTC).',
        'The device is locked in another workspace.',
      ],
    });
  });

  test('says what is wrong with a reason', () => {
    const device = { name: 'a', tags: ['ticketed'] };
    expect(refusal(asked({ device, reason: 'CHG-1' }))).toContain('at least 15 characters; this one has 5.');
    expect(refusal(asked({ device, reason: 'no ticket at all, sorry' }))).toBe(
      'Rule ticket wants a reason in which the pattern \\b(CHG|INC)-\\d+\\b occurs. Name the ticket, such as CHG-1234.',
    );
    expect(refusal(asked({ device, reason: `${'x'.repeat(2000)} CHG-1` }))).toContain('pattern');
  });

  test('counts characters, not their bytes', () => {
    const device = { name: 'a', tags: ['ticketed'] };
    expect(refusal(asked({ device, reason: `CHG-1 ${'🔥'.repeat(8)}` }))).toContain('this one has 14');
    expect(asked({ device, reason: `CHG-1 ${'🔥'.repeat(9)}` }).kind).toBe('allowed');
  });

  test('comes also when a pattern would take for ever, and soon', () => {
    const slow = policyOf(`
roles: { operator: { everyone: true } }
rules: [{ name: slow, match: { actions: [install] }, reason: { pattern: '(a|a)*b.*.*.*!' } }]`);
    expect(refusal(asked({ reason: 'a'.repeat(2000) }, slow))).toContain('has to make that pattern simpler');
  });

  test('on production names the tag and says that no rule is there', () => {
    expect(refusal(asked({ device: production }))).toBe(
      'old-01 is a production device (tag Production), and no rule says who has to agree to this, so nobody may do it.',
    );
  });
});
