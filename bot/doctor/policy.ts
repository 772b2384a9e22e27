import { type Check, type Finding, fail, ok, skipped } from '../../core/doctor/check.ts';
import type { PolicySource } from '../policy-file.ts';

/** Whether the newest version of the file of rules holds: with a mistake in it an older one does. */
export function policyCheck(policy: Pick<PolicySource, 'current' | 'problem'>, file: string | undefined): Check {
  return { part: 'policy', name: 'file', limitMs: 1_000, run: async () => judgeSource(policy, file) };
}

function judgeSource(policy: Pick<PolicySource, 'current' | 'problem'>, file: string | undefined): Finding {
  if (file === undefined) return skipped('`XEPA_POLICY_FILE` is not set: the built-in rules hold');
  const problem = policy.problem();
  if (problem !== null) {
    const todo = 'Correct the file: it is taken within seconds. A bot that restarts before that does not come up';
    // What holds meanwhile comes first: of many mistakes the last ones may be cut off.
    return fail(`the version before holds, not the newest. ${problem.replace(/:?\s*\n\s*/g, '; ')}`, todo);
  }
  const { length } = policy.current().policy.rules;
  return ok(`the newest version holds, with ${length} rule${length === 1 ? '' : 's'}`);
}
