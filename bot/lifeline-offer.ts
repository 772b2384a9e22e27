import { type Device, type Inventory, secondPathAt } from '../core/contracts/device.ts';
import type { InstallRequest } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import { devicesMeant } from './find-device.ts';
import { code } from './text.ts';

/**
 * May the form offer to move XEPA's own connection? Where the provider of the device can make a second path; while no device is
 * known, where some provider can.
 */
export function offersLifeline(inventory: Inventory | null, typed: string | undefined): boolean {
  if (!inventory) return false;
  const meant = typed === undefined ? [] : devicesMeant(typed, inventory);
  const asked = meant.length > 0 ? meant : (inventory.sources ?? []);
  return asked.some(({ provider }) => secondPathAt(inventory, provider) === true);
}

/**
 * Hears here already what a worker would say later, so that nobody agrees to what cannot be. What was not told yet a worker finds out.
 * @throws XepaError bad-input
 */
export function mustBeMovable(request: Pick<InstallRequest, 'lifeline'>, device: Device, inventory: Inventory | null) {
  if (request.lifeline === undefined || !inventory || secondPathAt(inventory, device.provider) !== false) return;
  throw badInput(
    `${code(device.provider)} offers no way to move XEPA's connection to ${code(device.name)} to another port. Ask without \`--lifeline move\`.`,
  );
}
