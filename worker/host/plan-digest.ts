import { createHash } from 'node:crypto';
import type { IsoRequest } from '../../core/contracts/install.ts';
import { type Placement, rungsOf } from '../../core/contracts/ladder.ts';
import type { TargetDisk } from '../../core/contracts/plan.ts';
import type { Smbios } from '../../core/contracts/survey.ts';

export interface Bound {
  smbios: Smbios;
  erases: readonly TargetDisk[];
  ladder: readonly Placement[];
  /** None where the system on the disk is started. */
  iso: IsoRequest | undefined;
  /** Nothing reaches the disk. */
  snapshot?: boolean | undefined;
}

/**
 * SHA-256 in hexadecimal over what an approval is bound to: this machine, these disks, these ways into the
 * VM, this ISO. Canonical: fixed order of fields, disks sorted, absent values null.
 */
export function planDigest({ smbios, erases, ladder, iso, snapshot }: Bound): string {
  const disks = erases.map(({ serial, controller, sizeBytes }) => [serial, controller, sizeBytes] as const);
  const { disk, nic } = rungsOf(ladder);
  const canonical = JSON.stringify([
    ['machine', smbios.serial, smbios.uuid],
    ['disks', ...disks.map((disk) => JSON.stringify(disk)).sort()],
    ['rungs', disk, nic],
    iso ? ['iso', iso.url, iso.sha256?.toLowerCase() ?? null] : ['console', snapshot === true],
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
