import { z } from 'zod';
import { span } from './duration.ts';
import { patternProblem } from './pattern.ts';
import { parseSpan, protectedDates, timeZoneProblem } from './protected-hours-text.ts';
import { actionNames, roleNames } from './types.ts';

/**
 * The policy file. Names in it are the names in the code, so that there is one vocabulary. A Policy is plain data:
 * what it says is its JSON.
 */

/** An object without other keys. The message of an unknown key is the list of known ones: `parse-policy` tells people. */
function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  });
}

const id = (pattern: RegExp, what: string) => z.string({ error: `must be ${what}` }).regex(pattern, `must be ${what}`);
const userId = id(/^[UW][A-Z0-9]{2,}$/, 'the id of a Slack user, such as U012AB3CD (not a name)');
const groupId = id(/^S[A-Z0-9]{2,}$/, 'the id of a Slack user group, such as S012AB3CD (not a name)');
const channelId = id(/^[CDG][A-Z0-9]{2,}$/, 'the id of a Slack channel, such as C012AB3CD (not a name)');
const noticeId = id(/^[CGUW][A-Z0-9]{2,}$/, 'the id of a Slack channel or user, such as C012AB3CD (not a name)');
const word = z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters');
const count = (max: number) => z.int(`must be a whole number from 1 to ${max}`).min(1).max(max);
const oneOrMore = <Item extends z.ZodType>(item: Item) => z.array(item).min(1, 'must name at least one');

const people = { users: z.array(userId).default([]), groups: z.array(groupId).default([]) };
const namesSomebody = (who: { users: readonly string[]; groups: readonly string[] }) =>
  who.users.length + who.groups.length > 0;

const Grant = section({ ...people, everyone: z.literal(true).optional(), label: word.optional() }).refine(
  (grant) => (grant.everyone === true) !== namesSomebody(grant),
  'must have either `everyone: true`, or `users` or `groups` that are not empty',
);

const Ceiling = section({
  channels: oneOrMore(channelId).optional(),
  all_but: oneOrMore(channelId).optional(),
  at_most: z.union([z.enum(roleNames).transform((role) => [role]), oneOrMore(z.enum(roleNames))], {
    error: `must be a role or a list of roles: ${roleNames.join(', ')}`,
  }),
}).refine(
  (ceiling) => (ceiling.channels === undefined) !== (ceiling.all_but === undefined),
  'must have either `channels` or `all_but`',
);

const Requirement = section({
  approvals: count(20),
  from: section(people).refine(namesSomebody, 'names nobody; leave `from` out to mean every approver').optional(),
  label: word.optional(),
  when_tags: oneOrMore(word).optional(),
});

const Reason = section({
  min: count(500).optional(),
  pattern: z
    .string()
    .max(500, 'must have at most 500 characters')
    .check(({ value, issues }) => {
      const problem = patternProblem(value);
      if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
    })
    .optional(),
  hint: z.string().trim().min(1).max(300).optional(),
});

const Hours = section({
  tz: z.string().check(({ value, issues }) => {
    const problem = timeZoneProblem(value);
    if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
  }),
  block: z.array(z.string().transform(parseSpan)).default([]),
  dates: z.array(z.string().transform(protectedDates)).default([]),
}).refine((hours) => hours.block.length + hours.dates.length > 0, 'must have `block` or `dates`');

const BreakGlass = section({
  roles: oneOrMore(z.enum(roleNames)).default(['commander']),
  reason_min: count(500).default(20),
  delay: span().prefault('60s'),
  review_within: span().prefault('24h'),
  notify: z.array(noticeId).default([]),
});

const Recording = section({ keep: span() });

const Match = section({
  actions: oneOrMore(z.enum(actionNames)),
  tags: oneOrMore(word).optional(),
  not_tags: oneOrMore(word).optional(),
  devices: oneOrMore(word).optional(),
  owner: z.literal('other', 'must be other').optional(),
});

/** Keys that say how approval is given: without `require` nobody would ever notice them. */
const conditions = ['confirm', 'step_up', 'deny', 'expires', 'start_within', 'disks'] as const;

/** What else a rule can do. */
const effects = ['forbid', 'reason', 'protected_hours', 'break_glass', 'record', 'iso', ...conditions] as const;

const Rule = section({
  name: word,
  match: Match,
  forbid: z.literal(true).optional(),
  require: z.array(Requirement).default([]),
  reason: Reason.optional(),
  confirm: z.literal('typed_hostname').optional(),
  step_up: z.literal('passkey').optional(),
  deny: section({ reason: z.literal('required') }).optional(),
  expires: span().optional(),
  start_within: span().optional(),
  disks: z.literal('known').optional(),
  protected_hours: Hours.optional(),
  break_glass: BreakGlass.optional(),
  record: Recording.optional(),
  iso: z.literal('digest-first', 'must be digest-first').optional(),
}).check(({ value: rule, issues }) => {
  const idle = rule.require.length === 0 ? conditions.filter((key) => rule[key] !== undefined) : [];
  for (const key of idle) {
    const message = 'says how approval is given, but this rule has no `require`';
    issues.push({ code: 'custom', path: [key], message, input: rule });
  }
  if (effects.every((key) => rule[key] === undefined) && rule.require.length === 0) {
    issues.push({ code: 'custom', message: 'says nothing: it only has a name and a match', input: rule });
  }
  const ofInstalls = (['record', 'iso'] as const).filter((key) => rule[key] !== undefined);
  const hasConsole = rule.match.actions.some((action) => action === 'install' || action === 'troubleshoot');
  for (const key of hasConsole ? [] : ofInstalls) {
    const message =
      'says something about installs and consoles, and this rule matches neither install nor troubleshoot';
    issues.push({ code: 'custom', path: [key], message, input: rule });
  }
  if (rule.break_glass && rule.require.length === 0 && !rule.protected_hours) {
    const message = 'has nothing to break: this rule has neither `require` nor `protected_hours`';
    issues.push({ code: 'custom', path: ['break_glass'], message, input: rule });
  }
});

const Roles = section({
  viewer: Grant.optional(),
  operator: Grant.optional(),
  approver: Grant.optional(),
  auditor: Grant.optional(),
  admin: Grant.optional(),
  commander: Grant.optional(),
});

export const Policy = section({
  version: z.literal(1, 'must be 1'),
  production_tags: z.array(word).default(['prod', 'production']),
  roles: Roles,
  same_person: z.array(z.array(userId).min(2, 'must name at least two users')).default([]),
  channels: z.array(Ceiling).default([]),
  rules: z.array(Rule).default([]),
}).check(({ value: policy, issues }) => {
  const accounts = policy.same_person.flat();
  for (const [index, ids] of policy.same_person.entries()) {
    const twice = ids.find((user) => accounts.indexOf(user) !== accounts.lastIndexOf(user));
    if (twice === undefined) continue;
    const message = `names ${twice} a second time: a user is one person`;
    issues.push({ code: 'custom', path: ['same_person', index], message, input: ids });
  }
  for (const [index, rule] of policy.rules.entries()) {
    const path = ['rules', index];
    if (policy.rules.findIndex((other) => other.name === rule.name) < index) {
      issues.push({ code: 'custom', path: [...path, 'name'], message: 'is the name of another rule', input: rule });
    }
    const unmet = policy.roles.approver ? -1 : rule.require.findIndex(({ from }) => from === undefined);
    if (unmet >= 0) {
      const message = 'can be met by nobody: it has no `from`, and `roles` has no `approver`';
      issues.push({ code: 'custom', path: [...path, 'require', unmet], message, input: rule });
    }
  }
});
export type Policy = z.infer<typeof Policy>;
export type Rule = Policy['rules'][number];
export type Grant = NonNullable<Policy['roles']['viewer']>;
