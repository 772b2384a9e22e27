import { expect, test } from 'vitest';
import { policyCheck } from '../../bot/doctor/policy.ts';
import { runChecks } from '../../core/doctor/check.ts';
import { policyOf } from '../support/situations.ts';

const policy = policyOf(
  'roles: { approver: { everyone: true } }\nrules: [{ name: prod, match: { actions: [install] }, forbid: true }]',
);

async function looked(problem: string | null, file: string | undefined) {
  const source = { current: () => ({ policy, digest: 'd' }), problem: () => problem };
  return (await runChecks([policyCheck(source, file)], []))[0];
}

test('a policy file that failed to reload fails, with each mistake and what holds meanwhile', async () => {
  const problem = 'The policy cannot be used:\n  policy.yaml:2:10: `boss` is unknown\n  policy.yaml:3:1: is missing';
  expect(await looked(problem, 'policy.yaml')).toEqual({
    ...{ part: 'policy', name: 'file', state: 'fail' },
    says: 'the version before holds, not the newest. The policy cannot be used; policy.yaml:2:10: `boss` is unknown; policy.yaml:3:1: is missing',
    todo: expect.stringContaining('Correct the file'),
  });
});

test('a good file is well, and no file is no failure', async () => {
  expect(await looked(null, 'policy.yaml')).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('with 1 rule'),
  });
  expect(await looked(null, undefined)).toMatchObject({ state: 'skipped' });
});
