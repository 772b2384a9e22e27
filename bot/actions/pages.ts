import { showDevices } from '../commands/devices.ts';
import { showIsos } from '../commands/iso-look.ts';
import { parsePage } from '../page.ts';
import { devicePageIds } from '../views/device-list.ts';
import { isoPageIds } from '../views/iso-list.ts';
import type { GeneralAction } from './action.ts';

/** Buttons of long lists; the value is the page and, after a space, what was searched for. */
export const pageActions: readonly GeneralAction[] = [
  ...Object.values(devicePageIds).map(
    (id): GeneralAction => ({ id, run: (deps, asker, value) => showDevices(deps, asker, wishOf(value)) }),
  ),
  ...Object.values(isoPageIds).map(
    (id): GeneralAction => ({ id, run: (deps, asker, value) => showIsos(deps, asker, wishOf(value).page) }),
  ),
];

function wishOf(value: string): { page: number; query: string } {
  const [page, ...words] = value.split(' ');
  return { page: parsePage(page), query: words.join(' ') };
}
