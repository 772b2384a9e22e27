import type { InstallRecord } from '../contracts/install.ts';
import { type Check, type Finding, looksAt, ok, skipped, warn } from './check.ts';

const LIMIT_MS = 8_000;

/** What the rescue systems of the newest installs lacked: XEPA adds it each time, which takes time and a mirror. */
export function rescueCheck(newest: () => Promise<readonly InstallRecord[]>): Check {
  const missing = 'Redis does not answer, so no survey is known';
  return { part: 'rescue', name: 'tools', limitMs: LIMIT_MS, run: looksAt(newest, judgeRescueTools, missing) };
}

/** @param records the newest first; each rescue system is told of once, by its newest survey */
export function judgeRescueTools(records: readonly InstallRecord[]): Finding {
  const newest = new Map<string, InstallRecord>();
  for (const record of records) {
    const os = record.facts.survey?.os;
    const name = os ? `${os.id} ${os.version}`.trim() : '';
    if (os && !newest.has(name)) newest.set(name, record);
  }
  if (newest.size === 0) return skipped('no install has surveyed a rescue system yet');
  const says = [...newest].map(([os, record]) => `${os} (${record.device.name}): ${addedText(record)}`).join('; ');
  const failed = [...newest.values()].find((record) => record.failure?.step === 'prepare');
  if (!failed) return ok(says);
  return warn(says, `Look at install ${failed.id}: its rescue system could not be given what it lacked`);
}

function addedText(record: InstallRecord): string {
  if (record.failure?.step === 'prepare') return 'what it lacked could not be added';
  const added = record.facts.prepare?.added;
  if (added === undefined) return 'not prepared yet';
  return added.length === 0 ? 'lacked nothing' : `lacked ${added.join(', ')}, and XEPA added it`;
}
