import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../../bot/policy/parse-policy.ts';
import { XepaError } from '../../../core/errors.ts';
import { policyOf } from '../../support/situations.ts';

/** What is wrong with a text: the lines between the first and the last of the message, without the file's name. */
function complaints(text: string): string[] {
  try {
    parsePolicy(text, 'p.yaml');
  } catch (error) {
    if (!(error instanceof XepaError) || error.code !== 'bad-config') throw error;
    return error.userMessage
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replace('  p.yaml:', ''));
  }
  throw new Error('it was accepted');
}

/** Lines of a policy that begins with two good ones. */
const policy = (...lines: string[]) => ['version: 1', 'roles: { approver: { everyone: true } }', ...lines].join('\n');
/** A rule whose further lines begin at line 6, column 5. */
const rule = (...lines: string[]) =>
  policy('rules:', '  - name: r', '    match: { actions: [install] }', ...lines.map((line) => `    ${line}`));

describe('every problem', () => {
  test('has its file, line and column, all at once, in their order', () => {
    const text = [
      'version: 2',
      'production_tag: [prod]',
      'roles:',
      '  operator: { users: [bob] }',
      '  aprover: { everyone: true }',
      'rules:',
      '  - name: a',
      '    match: { actions: [instal], tags: prod }',
      '    requires: []',
      '    break_glass:',
      '      dellay: 4m',
      '      delay: 0s',
      '  - match: { actions: [] }',
      '    forbid: no',
    ].join('\n');
    expect(complaints(text)).toEqual([
      '1:10: `version` must be 1',
      '2:1: `production_tag` is unknown; did you mean `production_tags`?',
      '4:23: `users`, item 1, must be the id of a Slack user, such as U012AB3CD (not a name)',
      '5:3: `aprover` is unknown; did you mean `approver`?',
      expect.stringMatching(/^8:24: `actions`, item 1, must be one of look, .*, audit; did you mean install\?$/),
      '8:39: `tags` must be a list',
      '9:5: `requires` is unknown; did you mean `require`?',
      '11:7: `dellay` is unknown; did you mean `delay`?',
      '12:14: `delay` must be a time such as 60s, 30m, 24h or 7d: more than nothing, and at most a year',
      '13:5: `name` is missing',
      '13:23: `actions` must name at least one',
      '14:13: `forbid` must be true',
    ]);
  });

  test.each([
    ['nothing at all', '', ['1:1: the policy must be a map of keys']],
    ['a list', '- a', ['1:1: the policy must be a map of keys']],
    ['no version and no roles', 'rules: []', ['1:1: `version` must be 1', '1:1: `roles` is missing']],
    ['a key twice', policy('version: 1'), ['3:1: Map keys must be unique']],
    ['broken YAML', policy('rules: [', '  - a'), [expect.stringMatching(/^4:3: /), expect.stringMatching(/^4:6: /)]],
    ['a tag of YAML', policy('rules: !!js/function x'), [expect.stringContaining('3:8: Unresolved tag')]],
    [
      'an alias',
      policy('rules: &a []', 'channels: *a'),
      ['4:11: aliases (*name) are not allowed here; text that begins with * needs quotes'],
    ],
    [
      'two documents',
      policy('---', 'version: 1'),
      [expect.stringContaining('3:1: Source contains multiple documents')],
    ],
    [
      'a key that is like no other',
      policy('zzzzzzzz: 1'),
      ['3:1: `zzzzzzzz` is unknown; known here: version, production_tags, roles, same_person, channels, rules'],
    ],
    ['a key without a value', policy('rules:'), ['3:1: `rules` must be a list']],
    [
      'a name with a star without quotes',
      policy('rules:', '  - match: { devices: [ *-db ] }'),
      ['4:25: aliases (*name) are not allowed here; text that begins with * needs quotes'],
    ],
    [
      'a person with one account',
      policy('same_person: [[U02BOB]]'),
      ['3:15: `same_person`, item 1, must name at least two users'],
    ],
    [
      'an account of two people',
      policy('same_person: [[U02BOB, U03X], [U04Y, U02BOB]]'),
      [
        '3:15: `same_person`, item 1, names U02BOB a second time: a user is one person',
        '3:31: `same_person`, item 2, names U02BOB a second time: a user is one person',
      ],
    ],
    [
      'a grant to nobody',
      'version: 1\nroles:\n  viewer: { users: [] }',
      [expect.stringContaining('3:11: `viewer` must have either')],
    ],
    [
      'a grant to everyone and somebody',
      'version: 1\nroles:\n  viewer: { everyone: true, users: [U012] }',
      [expect.stringContaining('3:11: `viewer` must have either')],
    ],
    [
      'a group’s name',
      'version: 1\nroles:\n  viewer: { groups: ["@sre"] }',
      [expect.stringContaining('3:22: `groups`, item 1, must be the id of a Slack user group')],
    ],
    [
      'a channel’s name',
      policy('channels:', '  - { channels: ["#ops"], at_most: viewer }'),
      [expect.stringContaining('4:18: `channels`, item 1, must be the id of a Slack channel')],
    ],
    [
      'a ceiling of no channel',
      policy('channels:', '  - { at_most: viewer }'),
      ['4:5: `channels`, item 1, must have either `channels` or `all_but`'],
    ],
    [
      'a ceiling of no role',
      policy('channels:', '  - { channels: [C012], at_most: boss }'),
      [expect.stringContaining('4:34: `at_most` must be a role or a list of roles')],
    ],
    ['a rule that says nothing', rule(), ['4:5: `rules`, item 1, says nothing: it only has a name and a match']],
    [
      'two rules of one name',
      rule('forbid: true', '').replace(/ {4}$/, '  - { name: r, match: { actions: [look] }, forbid: true }'),
      ['7:13: `name` is the name of another rule'],
    ],
    [
      'conditions of no approval',
      rule('reason: { min: 1 }', 'step_up: passkey', 'disks: known'),
      [
        '7:14: `step_up` says how approval is given, but this rule has no `require`',
        '8:12: `disks` says how approval is given, but this rule has no `require`',
      ],
    ],
    [
      'a glass with nothing behind it',
      rule('reason: { min: 1 }', 'break_glass: {}'),
      [expect.stringContaining('7:18: `break_glass` has nothing to break')],
    ],
    ['no approvals', rule('require: [{ approvals: 0 }]'), ['6:28: `approvals` must be a whole number from 1 to 20']],
    [
      'half an approval',
      rule('require: [{ approvals: 1.5 }]'),
      ['6:28: `approvals` must be a whole number from 1 to 20'],
    ],
    [
      'approvals from nobody',
      rule('require: [{ approvals: 1, from: { users: [] } }]'),
      ['6:37: `from` names nobody; leave `from` out to mean every approver'],
    ],
    [
      'a time without a unit',
      rule('require: [{ approvals: 1 }]', 'expires: 30'),
      ['7:14: `expires` must be a time such as 60s, 30m, 24h or 7d'],
    ],
    [
      'a time of two years',
      rule('require: [{ approvals: 1 }]', 'expires: 800d'),
      [expect.stringContaining('7:14: `expires` must be a time')],
    ],
    [
      'a pattern in double quotes',
      rule('reason: { pattern: "\\bCHG" }'),
      ['6:24: `pattern` holds a control character; write patterns between single quotes'],
    ],
    [
      'a pattern that is none',
      rule("reason: { pattern: 'a(' }"),
      [expect.stringContaining('6:24: `pattern` is no regular expression')],
    ],
    [
      'a pattern that repeats a repetition',
      rule("reason: { pattern: '(\\d+-?)+x' }"),
      [expect.stringContaining('6:24: `pattern` repeats a group')],
    ],
    [
      'a zone that is none',
      rule('protected_hours: { tz: Europe/Berln, dates: [2026-01-01] }'),
      ['6:28: `tz` must be a time zone such as Europe/Berlin or UTC; did you mean Europe/Berlin?'],
    ],
    [
      'an abbreviation',
      rule('protected_hours: { tz: EST, dates: [2026-01-01] }'),
      [expect.stringContaining('6:28: `tz` must be a time zone')],
    ],
    [
      'hours without any',
      rule('protected_hours: { tz: UTC }'),
      ['6:22: `protected_hours` must have `block` or `dates`'],
    ],
    [
      'days in German',
      rule('protected_hours: { tz: UTC, block: ["Fr 15:00-Mo 07:00"] }'),
      [expect.stringContaining('6:41: `block`, item 1, must be like')],
    ],
    [
      'an hour that is none',
      rule('protected_hours: { tz: UTC, block: ["Fri 24:00-Mon 07:00"] }'),
      [expect.stringContaining('6:41: `block`, item 1, must be like')],
    ],
    [
      'a span of nothing',
      rule('protected_hours: { tz: UTC, block: ["Fri 15:00-Fri 15:00"] }'),
      [expect.stringContaining('6:41: `block`, item 1, ends when it begins')],
    ],
    [
      'a date that is none',
      rule('protected_hours: { tz: UTC, dates: [2026-02-30] }'),
      [expect.stringContaining('6:41: `dates`, item 1, must be a date')],
    ],
    [
      'dates the wrong way round',
      rule('protected_hours: { tz: UTC, dates: [2026-03-02..2026-03-01] }'),
      ['6:41: `dates`, item 1, ends before it begins'],
    ],
    [
      'a need that nobody can meet',
      rule('require: [{ approvals: 1 }]').replace('approver', 'operator'),
      ['6:15: `require`, item 1, can be met by nobody: it has no `from`, and `roles` has no `approver`'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  test('only so many are shown', () => {
    const lines = complaints(policy(...Array.from({ length: 40 }, (_, index) => `wrong${index}: 1`)));
    expect(lines).toHaveLength(31);
    expect(lines.at(-1)).toBe('  … and 10 more');
  });
});

test('what is left out has its default', () => {
  expect(policyOf('roles: {}')).toEqual({
    version: 1,
    production_tags: ['prod', 'production'],
    roles: {},
    same_person: [],
    channels: [],
    rules: [],
  });
});

test('a policy is plain data: it survives JSON', () => {
  const text = rule(
    'require: [{ approvals: 1 }]',
    'protected_hours: { tz: UTC, block: ["Fri 15:00-Mon 07:00"] }',
    'break_glass: {}',
  );
  const parsed = parsePolicy(text, 'p.yaml');
  expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
});
