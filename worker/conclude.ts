import type { InstallRecord } from '../core/contracts/install.ts';
import type { DeviceLeases } from '../core/device-lease.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Providers } from './providers/types.ts';
import { keyLabel } from './steps/rescue.ts';

const CALL_MS = 60_000;

/**
 * Gives free what an ended install still holds. The saga's last step and its undos have done so already; an install
 * that a person declared ended, because its undo gave up, may still have its key, its secrets and its device.
 */
export function createConclusion(deps: {
  store: Pick<InstallStore, 'update'>;
  providers: Providers;
  leases: Pick<DeviceLeases, 'release'>;
}): (record: InstallRecord) => Promise<void> {
  return async (record) => {
    if (record.sealed.sshKey !== undefined) await forgetKey(deps, record);
    await deps.leases.release(record.device, record.id);
  };
}

async function forgetKey(
  deps: { store: Pick<InstallStore, 'update'>; providers: Providers },
  record: InstallRecord,
): Promise<void> {
  const provider = deps.providers.get(record.device.provider);
  if (provider?.capabilities.keyDelivery === 'registered-key') {
    await provider.removeKey(record.device.id, keyLabel(record.id), AbortSignal.timeout(CALL_MS));
  }
  await deps.store.update(record.id, (now) => ({
    record: { ...now, sealed: {} },
    note: { type: 'secrets-forgotten', actor: { via: 'system', id: 'worker' }, detail: {} },
  }));
}
