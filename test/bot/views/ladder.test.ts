import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { approvalCard } from '../../../bot/views/approval-card.ts';
import { ladderLines } from '../../../bot/views/ladder.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { planLines } from '../../../bot/views/plan-lines.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';
import { anApproval } from '../../support/an-approval.ts';
import { anInstall } from '../../support/an-install.ts';
import { installAt } from '../../support/records.ts';

const { device, request } = anInstall();
const survey = parseSurvey(readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8'));

function planOf(iommu: boolean) {
  const result = planInstall({ survey: { ...survey, iommu }, request });
  if (!('plan' in result)) throw new Error(result.refusals.join());
  return result.plan;
}

/** A server whose rescue system has built arrays on the disk that is chosen. */
function planOver(name: string) {
  const text = readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8');
  const built = { ...parseSurvey(text), nics: survey.nics, memoryAvailableBytes: 8e9 };
  const result = planInstall({ survey: built, request: { ...request, disk: 'XEPANVME0A' } });
  if (!('plan' in result)) throw new Error(result.refusals.join());
  return result.plan;
}

const plan = planOf(false);
const hardware = { seenAt: 1, serial: 'LAB00001', model: 'Lab Server', disks: plan.erases, ladder: plan.ladder };

describe('the ladder', () => {
  test('reads like a review: what, how, why nothing better, what it risks', () => {
    const [disk = '', nic = '', ...more] = ladderLines(plan.ladder);
    expect(more).toEqual([]);
    expect(disk.split('\n')).toEqual([
      '*Disk: raw block*  QEMU NVMe Ctrl, serial XEPANVME01, 2.1 GB',
      expect.stringMatching(/the rescue system's kernel writes to \/dev\/nvme0n1 with its own driver nvme\.$/),
      expect.stringMatching(/^• no passthrough: The IOMMU is off/),
      expect.stringMatching(/^• no kexec: /),
      expect.stringMatching(/^• ⚠️ The rescue kernel stands between installer and disk/),
      expect.stringMatching(/^• ⚠️ .*by UUID or label it is\.$/),
      expect.stringMatching(/^• ⚠️ /),
    ]);
    expect(nic).toMatch(/^\*Network: emulated port\* {2}eth0 /);
  });

  test('says first what is done to the rescue system before', () => {
    const [before, disk] = ladderLines(planOver('raid-luks-lvm').ladder);
    expect(before).toMatch(/^🛑 Stopped first, .*vg0\/root.*\(LVM\).*md1 \(raid1\)\..*\n🛑 Stopping what runs/);
    expect(disk).toMatch(
      /^\*Disk: raw block\*.*⚠️ On QEMU NVMe Ctrl, serial XEPANVME0B, 419 MB, which was not chosen, .* degraded/s,
    );
  });

  test('fits whole: no sentence of it is cut', () => {
    for (const line of [planOf(true), plan, planOver('raid-luks-lvm')].flatMap(({ ladder }) => ladderLines(ladder)))
      expect(line).not.toContain('…');
  });

  test('is in the thread as soon as it is known, with what is erased', () => {
    const record = installAt('media', {}, { facts: { plan } });
    const said = milestonesOf(record).find(({ key }) => key === 'planned');
    expect(said?.message.text).toBe('🧭 The plan for web-07: the disk by raw block, the network by emulated port.');
    const shown = JSON.stringify(said?.message.blocks);
    expect(shown).toMatch(/writes to \/dev\/nvme0n1.*may erase: .*XEPANVME01.*Good to know.*legacy BIOS/);
  });

  test('of a plan from before it was written down is not spoken of', () => {
    const record = installAt('media', {}, { facts: { plan: { ...plan, ladder: [] } } });
    expect(milestonesOf(record).map(({ key }) => key)).not.toContain('planned');
  });

  test('is on the card when people are asked again because of it', () => {
    const approval = anApproval({ hardware, round: 2, voided: { at: 1, why: ['It changed.'] } });
    const card = JSON.stringify(approvalCard(anInstall({ phase: 'approval', approval })).blocks);
    expect(card).toMatch(
      /Disk: raw block.*writes to \/dev\/nvme0n1.*no passthrough: The IOMMU is off.*Network: emulated/,
    );
  });

  test('that somebody asked for stands on card and review before anybody has looked', () => {
    const asked = { ...request, rungs: { disk: 'raw-block', nic: 'emulated' } as const };
    const words = '*Asked for*  raw block for the disk, and no other way; an emulated network port, and no other';
    const card = approvalCard(anInstall({ phase: 'approval', approval: anApproval(), request: asked }));
    expect(JSON.stringify(card.blocks)).toContain(words);
    const judgement = { kind: 'allowed' as const, rules: [] };
    const draft = { device, request: asked, profile: null, judgement, policy: 'p' };
    expect(planLines(draft)).toContain(words);
  });

  test('says of a connection that is to move what that costs, to whoever has to agree', () => {
    const asked = { ...request, rungs: { nic: 'passthrough' }, lifeline: 'move' } as const;
    const words = expect.stringMatching(/Asked for.*moves to another port.*the provider may bill; put back at the end/);
    const card = approvalCard(anInstall({ phase: 'approval', approval: anApproval(), request: asked }));
    expect(JSON.stringify(card.blocks)).toEqual(words);
    const judgement = { kind: 'allowed' as const, rules: [] };
    expect(planLines({ device, request: asked, profile: null, judgement, policy: 'p' })).toContainEqual(words);
  });

  test('of the last install stands in the review of the next', () => {
    const draft = {
      device,
      request,
      profile: hardware,
      judgement: { kind: 'allowed' as const, rules: [] },
      policy: 'p',
    };
    expect(planLines(draft).join('\n')).toMatch(/Last time.*\n\*Disk: raw block\*/);
  });
});
