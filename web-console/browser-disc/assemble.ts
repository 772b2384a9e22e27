import type { Redis } from 'ioredis';
import type { EntranceDeps, UpgradeHandler } from '../entrance.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createViewers, type Viewers, type ViewersDeps } from '../viewers.ts';
import { createDiscServers, type DiscServers, type DiscServersDeps } from './disc-servers.ts';
import { createDiscGateway, isBrowserDiscPath } from './gateway.ts';
import { createDiscLeases } from './leases.ts';

/** The discs that lie in browsers: their upgrades, who serves one, and the way to the device. */
export interface BrowserDiscs {
  /** Handles what is for it, and hands on the rest. */
  before(rest: UpgradeHandler): UpgradeHandler;
  viewers: Viewers;
  servers: DiscServers;
}

const UPGRADES_PER_MINUTE = 40;
/** Each may take 16 MB: chunks that are kept, and those that are on their way. */
const TOTAL = 20;
/** One at a time serves; a page that comes back may find its old connection not yet dead. */
const caps = { perInstall: 3, perPerson: 3, total: 2 * TOTAL };

export function assembleBrowserDiscs(
  shared: Omit<EntranceDeps, 'viewers' | 'upgradeLimit'> & Pick<DiscServersDeps, 'targets'>,
  parts: { redis: Redis; store: DiscServersDeps['store']; viewers: ViewersDeps },
): BrowserDiscs {
  const { redis, store } = parts;
  const { changes } = parts.viewers;
  const leases = createDiscLeases(redis);
  const { targets, log } = shared;
  const viewers = createViewers({ ...parts.viewers, caps });
  const servers = createDiscServers({ targets, leases, store, changes, log, total: TOTAL });
  const upgradeLimit = createRateLimit(redis, { name: 'browser-disc-upgrade', perMinute: UPGRADES_PER_MINUTE });
  const upgrade = createDiscGateway({ ...shared, viewers, upgradeLimit, servers });
  const before = (rest: UpgradeHandler): UpgradeHandler => {
    return (request, socket, head) => (isBrowserDiscPath(request.url) ? upgrade : rest)(request, socket, head);
  };
  return { before, viewers, servers };
}
