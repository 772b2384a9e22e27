import type { DeviceRef } from '../core/contracts/device.ts';
import type { DeviceLeases } from '../core/device-lease.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { DeviceClaims } from './device-claims.ts';

/** Stands in place of an id of another workspace: of the install that has a device, or of the person who made something. */
export const elsewhere = 'elsewhere';

/**
 * What somebody made, as people of one workspace may know it. Of what was made in another one it is told that it is
 * there and until when, and neither by whom nor in which words: an id would mention nobody, or somebody else.
 */
export function seenFrom<T extends { team: string; by: string; reason?: string }>(team: string, made: T): T {
  if (made.team === team) return made;
  return { ...made, by: elsewhere, ...(made.reason === undefined ? {} : { reason: '' }) };
}

interface Holders {
  leases: Pick<DeviceLeases, 'holder'>;
  claims: DeviceClaims;
}

/**
 * Who has a device, as one workspace may know it. Devices are shared by all workspaces, ids of installs are not.
 * @param own finds the workspace's own installs only; what is not written yet counts as another's
 */
export function holdersFor({ leases, claims }: Holders, own: Pick<InstallStore, 'find'>): Holders {
  const shown = async (id: string | null) => (id === null || (await own.find(id)) ? id : elsewhere);
  return {
    leases: { holder: async (device: DeviceRef) => shown(await leases.holder(device)) },
    claims: {
      take: async (device, installId) => shown(await claims.take(device, installId)),
      keep: claims.keep,
      drop: claims.drop,
      holder: async (device) => shown(await claims.holder(device)),
    },
  };
}
