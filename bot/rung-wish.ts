import { DiskRung, NicRung, type RungWish } from '../core/contracts/ladder.ts';
import { oneOf } from './one-of.ts';

/**
 * How somebody wants disk and network port to get into the virtual machine; nothing where they leave it to XEPA.
 * @throws XepaError bad-input
 */
export function rungsWished(wish: { rung?: string | undefined; nic?: string | undefined }): { rungs?: RungWish } {
  const disk = oneOf(DiskRung, '--rung', wish.rung);
  const nic = oneOf(NicRung, '--nic', wish.nic);
  if (disk === undefined && nic === undefined) return {};
  return { rungs: { ...(disk === undefined ? {} : { disk }), ...(nic === undefined ? {} : { nic }) } };
}
