import type { InstallRequest } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import type { InstallWish } from './install-request.ts';
import { rungsWished } from './rung-wish.ts';

/**
 * What a console is asked for with: no ISO, and the ways into the virtual machine. A snapshot is possible only where the
 * rescue system's kernel keeps the disk, so it asks for that.
 * @throws XepaError bad-input
 */
export function consoleWish(wish: InstallWish): Pick<InstallRequest, 'purpose' | 'snapshot' | 'rungs'> {
  const wished = rungsWished(wish);
  if (wish.snapshot !== true) return { purpose: 'console', ...wished };
  if (wished.rungs?.disk === 'passthrough') {
    throw badInput(
      'With `--rung passthrough` the system has the real disk and writes to it. Leave one of `--rung` and `--snapshot` away.',
    );
  }
  return { purpose: 'console', snapshot: true, rungs: { ...wished.rungs, disk: 'raw-block' } };
}
