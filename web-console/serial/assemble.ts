import type { Redis } from 'ioredis';
import type { UpgradeHandler } from '../entrance.ts';
import type { GatewayDeps } from '../gateway.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createViewers, type Viewers, type ViewersDeps } from '../viewers.ts';
import { createSerialGateway, isSerial } from './gateway.ts';
import { createSerialLines } from './lines.ts';

/** The serial ports' part of the console: their upgrades, and who has one open. */
export interface Serial {
  upgrade: UpgradeHandler;
  viewers: Viewers;
}

const PORTS = 2;
const UPGRADES_PER_MINUTE = 40;

/** As many people as may see a screen may have both ports beside it, without taking a screen's seat from anybody. */
export function assembleSerial(
  shared: Omit<GatewayDeps, 'viewers' | 'upgradeLimit'>,
  parts: { redis: Redis; viewers: ViewersDeps },
): Serial {
  const { perInstall, perPerson, total } = parts.viewers.caps;
  const caps = { perInstall: PORTS * perInstall, perPerson: PORTS * perPerson, total: PORTS * total };
  const viewers = createViewers({ ...parts.viewers, caps });
  const upgradeLimit = createRateLimit(parts.redis, { name: 'serial-upgrade', perMinute: UPGRADES_PER_MINUTE });
  const lines = createSerialLines(shared.targets);
  return { upgrade: createSerialGateway({ ...shared, lines, viewers, upgradeLimit }), viewers };
}

/** Screens and serial ports come in by the same door. */
export function upgradeByPath(screens: UpgradeHandler, serial: UpgradeHandler): UpgradeHandler {
  return (request, socket, head) => (isSerial(request.url) ? serial : screens)(request, socket, head);
}
