import { expect, test } from 'vitest';
import type { InstallDraft } from '../../../bot/install-request.ts';
import { approvalCard } from '../../../bot/views/approval-card.ts';
import { planLines } from '../../../bot/views/plan-lines.ts';
import { reviewDigest } from '../../../bot/views/review-form.ts';
import { rootMessage } from '../../../bot/views/root-message.ts';
import type { DeviceProfile } from '../../../core/contracts/device-profile.ts';
import { anApproval } from '../../support/an-approval.ts';
import { anInstall } from '../../support/an-install.ts';

/** The last install on the device got one of its disks. */
const hardware: DeviceProfile = {
  ...{ seenAt: 1_000, serial: 'M-1', model: 'a server' },
  disks: [
    {
      path: '/dev/sda',
      serial: 'OLD-1',
      model: 'Disk',
      sizeBytes: 1e12,
      controller: '0000:01:00.0',
      holds: 'ext4 root',
    },
  ],
  ladder: [
    { part: 'disk', device: 'Disk, serial OLD-1', rung: 'raw-block', asked: false, how: 'h', refused: [], risks: [] },
    { part: 'nic', device: 'eth1', rung: 'passthrough', asked: false, how: 'h', refused: [], risks: [] },
  ],
};
const record = anInstall();
const ofDisk = (disk: string) => {
  const request = { ...record.request, disk };
  return { ...record, request, phase: 'approval' as const, approval: anApproval({ hardware }) };
};
const draftOf = (disk: string, typedHostname = false): InstallDraft => {
  const { needs, because, stepUp, denyReason, knownDisks, startWithinMs } = anApproval();
  const terms = { needs, because, stepUp, denyReason, knownDisks, startWithinMs, typedHostname };
  return {
    ...{ device: record.device, request: { ...record.request, disk }, profile: hardware, policy: 'p' },
    judgement: { kind: 'needs-approval', rules: [], terms: { ...terms, expiresInMs: 60_000, breakGlass: null } },
  };
};
const said = (disk: string) => [
  JSON.stringify(approvalCard(ofDisk(disk))),
  JSON.stringify(rootMessage(ofDisk(disk))),
  planLines(draftOf(disk)).join('\n'),
];

test('who names a disk that the last install did not get is told of that one, and not that the other may be erased', () => {
  for (const text of said('NEW-2')) {
    expect(text).toMatch(/disk with serial `?NEW-2/);
    expect(text).not.toContain('OLD-1');
  }
  expect(said('NEW-2').join()).toContain('eth1');
});

test('who names the one that it got reads what is on it', () => {
  for (const text of said('OLD-1')) expect(text).toContain('`OLD-1` (now: ext4 root)');
});

test('a policy that wants the name of the device since the review was shown makes people look again', () => {
  expect(reviewDigest(draftOf('OLD-1', true))).not.toBe(reviewDigest(draftOf('OLD-1')));
  expect(reviewDigest(draftOf('OLD-1'))).toBe(reviewDigest(draftOf('OLD-1')));
});
