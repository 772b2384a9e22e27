import { readFile } from 'node:fs/promises';
import { parsePolicy } from '../../../bot/policy/parse-policy.ts';
import { type Check, type Finding, fail, ok, skipped } from '../../../core/doctor/check.ts';
import { toXepaError } from '../../../core/errors.ts';
import type { Environment } from '../main.ts';

/** Whether the file of rules is there, and is a policy. */
export function policyCheck(source: Environment): Check {
  return { part: 'policy', name: 'file', limitMs: 3_000, run: () => judgeFile(source.XEPA_POLICY_FILE) };
}

async function judgeFile(file: string | undefined): Promise<Finding> {
  if (!file) return skipped('`XEPA_POLICY_FILE` is not set: the built-in rules hold');
  const text = await textOf(file);
  if (typeof text !== 'string') return text;
  try {
    const { rules } = parsePolicy(text, file);
    return ok(`${file} is a policy with ${rules.length} rule${rules.length === 1 ? '' : 's'}`);
  } catch (error) {
    const said = toXepaError(error).userMessage.replace(/\s*\n\s*/g, '; ');
    return fail(said, 'Correct the file: the bot starts with no other');
  }
}

async function textOf(file: string): Promise<string | Finding> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return fail(`${file} cannot be read: ${said}`, 'Correct the path or its permissions: the bot starts with no other');
  }
}
