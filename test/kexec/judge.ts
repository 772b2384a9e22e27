import assert from 'node:assert/strict';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import type { Start } from './starts.ts';

/** All that an install shows of itself. */
export interface Seen {
  /** When the server was told to jump. */
  before: InstallRecord;
  /** In the end. */
  after: InstallRecord;
  /** What was said in its thread. */
  thread: string;
  /** How often the provider was asked for its rescue system. */
  entries: number;
  /** What the metal printed from its own disk. */
  metal: string;
}

/** @throws AssertionError with what is not as it should be */
export function judge(seen: Seen, { why, firmware = 'bios' }: Start): void {
  const { before, after } = seen;
  assert.equal(after.failure, undefined);
  assert.equal(after.phase, 'done');
  assert.equal(before.facts.survey?.iommu, false);
  assert.equal(before.facts.reach?.bootId, before.facts.kexec?.bootId);
  // Both are made at each start of the rescue system, whoever starts it.
  assert.notEqual(after.facts.reach?.bootId, before.facts.reach?.bootId);
  assert.notEqual(after.facts.reach?.hostKey, before.facts.reach?.hostKey);
  judgeFirmware(seen, firmware);
  if (why) judgeWayBack(seen, why);
  else judgeJump(seen);
}

/** The same before and after, with all that it offers to boot, and below what was installed. */
function judgeFirmware({ before, after, metal }: Seen, firmware: Survey['firmware']): void {
  const [first, last] = [before.facts.survey, after.facts.survey];
  assert.deepEqual([first?.firmware, last?.firmware, after.facts.plan?.firmware], [firmware, firmware, firmware]);
  assert.deepEqual(last?.bootMenu, first?.bootMenu);
  assert.equal((last?.bootMenu?.entries.length ?? 0) > 0, firmware === 'uefi');
  assert.match(metal, new RegExp(` fw=${firmware.toUpperCase()} `));
}

const WORD = / xepa\.start=[0-9a-f]{32}$/;

/** Another kernel by the same entry into rescue, known by the word that went there before; then passthrough. */
function judgeJump({ before, after, thread, entries, metal }: Seen): void {
  const { kexec, survey, plan, bind } = after.facts;
  assert.deepEqual([kexec?.state, kexec?.source, kexec?.hostKey], ['up', 'operator', 'new']);
  assert.doesNotMatch(before.facts.survey?.cmdline ?? '', WORD);
  assert.match(survey?.cmdline ?? '', WORD);
  assert.equal(survey?.iommu, true);
  assert.deepEqual([entries, after.facts.rescue?.entries], [1, 1]);
  const [disk, nic] = plan?.ladder ?? [];
  assert.deepEqual([disk?.rung, nic?.rung], ['passthrough', 'passthrough']);
  assert.match(disk?.how ?? '', /started anew \(kexec\) with intel_iommu=on iommu=pt/);
  assert.ok(bind?.previous.some(({ driver }) => driver === 'nvme'));
  assert.match(thread, /started anew \(kexec\) with intel_iommu=on iommu=pt/);
  assert.match(metal, /mac=52:54:00:bb:/);
}

/** The provider's own restart into rescue, the IOMMU off as before, and the next rung with its reason. */
function judgeWayBack({ after, thread, entries, metal }: Seen, why: RegExp): void {
  const { kexec, survey, plan, bind } = after.facts;
  assert.equal(kexec?.state, 'failed');
  assert.match(kexec?.why ?? '', why);
  assert.doesNotMatch(survey?.cmdline ?? '', WORD);
  assert.equal(survey?.iommu, false);
  assert.deepEqual([entries, after.facts.rescue?.entries], [2, 2]);
  const [disk, nic] = plan?.ladder ?? [];
  assert.deepEqual([disk?.rung, nic?.rung], ['raw-block', 'emulated']);
  assert.match(disk?.refused.find(({ rung }) => rung === 'kexec')?.why ?? '', why);
  assert.deepEqual(bind?.previous, []);
  assert.match(thread, /no kexec: It was started anew, but did not come up in time/);
  assert.match(metal, /mac=52:54:00:aa:/);
}
