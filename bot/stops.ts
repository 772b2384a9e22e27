import { type Device, deviceKey } from '../core/contracts/device.ts';
import { notAllowed } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { lockedText } from './device-decisions.ts';
import { freezeOn } from './freezes.ts';
import { freezeText } from './views/lock.ts';

/**
 * Refuses what would change a device that is frozen, or locked by somebody else.
 * @throws XepaError not-allowed: by whom, why, until when
 */
export async function refuseWhileStopped(deps: Pick<BotDeps, 'shelf' | 'clock'>, asker: Asker, device: Device) {
  const now = deps.clock.now();
  const freeze = freezeOn(device, await deps.shelf.freezes.inForce(now));
  if (freeze) throw notAllowed(`${freezeText(freeze, now)}. Wait, or ask them to thaw it.`);
  const lock = await deps.shelf.notes.lockOf(deviceKey(device), now);
  if (lock && lock.by !== asker.user) throw notAllowed(lockedText(device, lock, now));
}
