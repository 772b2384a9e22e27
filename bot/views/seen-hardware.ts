import type { DeviceProfile } from '../../core/contracts/device-profile.ts';
import type { InstallRequest } from '../../core/contracts/install.ts';

/** What the last install on a device saw of what this one gets: where this one names a disk that it did not get, nothing of disks. */
export function seenFor({ disk }: Pick<InstallRequest, 'disk'>, profile: DeviceProfile): DeviceProfile {
  if (disk === undefined || profile.disks.some(({ serial }) => serial === disk)) return profile;
  return { ...profile, disks: [], ladder: profile.ladder.filter(({ part }) => part !== 'disk') };
}
