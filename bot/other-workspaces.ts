import type { DeviceRef } from '../core/contracts/device.ts';
import type { DeviceLeases } from '../core/device-lease.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { DeviceClaims } from './device-claims.ts';

/** Stands in place of the id of an install of another workspace: the device is in use, and that is all. */
export const elsewhere = 'elsewhere';

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
