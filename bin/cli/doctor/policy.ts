import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type Check, type Finding, fail, ok, skipped } from '../../../core/doctor/check.ts';
import type { Environment } from '../main.ts';

/** Whether the file of rules can be read. */
export function policyCheck(source: Environment): Check {
  return { part: 'policy', name: 'file', limitMs: 3_000, run: () => judgeFile(source.XEPA_POLICY) };
}

async function judgeFile(file: string | undefined): Promise<Finding> {
  if (!file) return skipped('`XEPA_POLICY` is not set: the built-in rules hold');
  try {
    return judgePolicy(file, parse(await readFile(file, 'utf8')));
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : String(thrown);
    return fail(`${file} cannot be read: ${said}`, 'Correct the file: without it nobody may do anything');
  }
}

/** @param content what stands in the file, as YAML means it */
function judgePolicy(file: string, content: unknown): Finding {
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return ok(`${file} is YAML`);
  return fail(`${file} holds no policy`, 'It must be a YAML mapping');
}
