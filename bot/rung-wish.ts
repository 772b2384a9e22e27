import { DiskRung, NicRung, type RungWish } from '../core/contracts/ladder.ts';
import { LifelineWish } from '../core/contracts/lifeline.ts';
import { badInput } from './bad-input.ts';
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

/**
 * The same, with XEPA's own connection moved out of the way where that is asked for: it is for nothing but a real port, so that and no
 * other way is asked for with it.
 * @throws XepaError bad-input
 */
export function waysWished(wish: {
  rung?: string | undefined;
  nic?: string | undefined;
  lifeline?: string | undefined;
}): { rungs?: RungWish; lifeline?: LifelineWish } {
  const wished = rungsWished(wish);
  const lifeline = oneOf(LifelineWish, '--lifeline', wish.lifeline);
  if (lifeline === undefined) return wished;
  if (wished.rungs?.nic === 'emulated') {
    throw badInput(
      'With `--lifeline move` the installer gets a real port, with `--nic emulated` it gets none: leave one of them away.',
    );
  }
  return { rungs: { ...wished.rungs, nic: 'passthrough' }, lifeline };
}
