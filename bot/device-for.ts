import { type Device, deviceKey } from '../core/contracts/device.ts';
import type { Asker, BotDeps } from './deps.ts';
import { demandInventory, findKnownDevice } from './find-device.ts';
import { authorise } from './judging.ts';
import type { ActionName } from './policy/types.ts';

/** A device as its provider describes it, and as the policy sees it: with our tags. */
export interface JudgedDevice {
  device: Device;
  noted: Device;
}

/**
 * The device that was meant, for somebody who may do this to just that one: rules and freezes may be about its tags.
 * @throws XepaError not-allowed, slack-failed, bad-input
 */
export async function deviceFor(
  deps: BotDeps,
  asker: Asker,
  wish: { action: ActionName; typed: string },
): Promise<JudgedDevice> {
  const { action, typed } = wish;
  // Asked before anything is looked up: who may not do it at all is told nothing of the devices.
  await authorise(deps, asker, { action });
  const provided = demandInventory(await deps.shelf.provided.read());
  const device = findKnownDevice(typed, provided, deps.clock.now());
  const ours = await deps.shelf.notes.of(deviceKey(device));
  const noted = { ...device, tags: [...device.tags, ...ours.tags] };
  await authorise(deps, asker, { action, device: noted });
  return { device, noted };
}
