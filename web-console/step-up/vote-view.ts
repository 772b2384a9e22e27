import { missing } from '../../core/approval-votes.ts';
import type { Approval } from '../../core/contracts/approval.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { TargetDisk } from '../../core/contracts/plan.ts';
import { isoName } from '../page-state.ts';
import type { VoteView } from './contract.ts';

/** What is approved, read from what the approval is bound to: the digest stands for exactly this. */
export function voteView(
  record: InstallRecord,
  approval: Approval,
  seen: { person: string; stage: VoteView['stage'] },
): VoteView {
  const { binds, round, digest, because, rules, expiresAt, needs, votes } = approval;
  const { request, device } = record;
  return {
    purpose: 'vote',
    ...seen,
    install: record.id,
    device: { name: device.name, key: deviceKey(device), serial: binds.serial },
    iso: binds.iso && { name: isoName(record), ...binds.iso },
    console: binds.console ?? null,
    answer: binds.answer,
    disks: binds.disks?.map((serial) => diskLine(serial, record.facts.plan?.erases ?? [])) ?? null,
    rungs: binds.rungs ?? { disk: null, nic: null },
    wantedDisk: request.disk ?? null,
    requester: request.requestedBy.id,
    reason: request.reason ?? null,
    ...{ because, rules, round, digest, expiresAt },
    missing: missing(needs, votes, request.requestedBy.id),
  };
}

/** "S64HNS0R · SAMSUNG PM9A3 · 1,920 GB · now: ext4 root (20 GB)" */
function diskLine(serial: string, planned: readonly TargetDisk[]): string {
  const disk = planned.find((one) => one.serial === serial);
  return disk ? [serial, disk.model, size.format(disk.sizeBytes / 1e9), `now: ${disk.holds}`].join(' · ') : serial;
}

const size = new Intl.NumberFormat('en', { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 0 });
