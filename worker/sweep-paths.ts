import { isFinal } from '../core/contracts/install.ts';
import type { SecondPath } from '../core/contracts/lifeline.ts';
import type { DeviceLeases } from '../core/device-lease.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import { takeBackPath } from './providers/second-path.ts';
import type { LifelineMove, Providers } from './providers/types.ts';
import { installOfLabel } from './steps/rescue.ts';

interface PathSweepDeps {
  store: Pick<InstallStore, 'find'>;
  providers: Providers;
  leases: Pick<DeviceLeases, 'holder'>;
  log: Logger;
}

const CALLS_MS = 5 * 60_000;

/**
 * Takes back what an ended install left of a second path: somebody declared it ended when its undo had given up. Addresses cost
 * money, and a port out of its bond is a redundancy less. What belongs to no install of ours may be another XEPA's, and stays.
 */
export async function sweepPaths(deps: PathSweepDeps, signal: AbortSignal): Promise<void> {
  for (const { id, lifeline } of deps.providers.values()) {
    if (!lifeline) continue;
    try {
      for (const path of await lifeline.leftovers(signal))
        await sweepPath(deps, { provider: id, lifeline, path }, signal);
    } catch (err) {
      // One provider that is away must not hide the others.
      deps.log.warn({ provider: id, err }, 'second paths could not be swept');
    }
  }
}

async function sweepPath(
  { store, leases, log }: PathSweepDeps,
  { provider, lifeline, path }: { provider: string; lifeline: LifelineMove; path: SecondPath },
  signal: AbortSignal,
): Promise<void> {
  const installId = installOfLabel(path.label);
  const record = await store.find(installId);
  if (!record) return log.warn({ installId, path }, 'a second path belongs to no install that is known here');
  // Whoever has the device now may have the port out of its bond too.
  if (!isFinal(record) || (await leases.holder({ provider, id: path.deviceId })) !== null) return;
  const left = await takeBackPath(lifeline, { path, begun: { has: () => true }, signal });
  log.info({ installId, path, left }, 'a second path that was left behind was taken back');
}

export function startPathSweep(deps: PathSweepDeps & { periodMs: number }): { close(): void } {
  const stop = new AbortController();
  const sweep = () => void sweepPaths(deps, AbortSignal.any([stop.signal, AbortSignal.timeout(CALLS_MS)]));
  const timer = setInterval(sweep, deps.periodMs);
  sweep();
  return {
    close: () => {
      clearInterval(timer);
      stop.abort();
    },
  };
}
