import { expect, it } from 'vitest';
import { lvmName } from '../../../worker/host/lvm-names.ts';

it.each([
  ['pve-root', 'pve', 'pve/root', ''],
  ['pve-vm--100--disk--0', 'pve', 'pve/vm-100-disk-0', ''],
  ['my--group--a-b', 'my-group-a', 'my-group-a/b', ''],
  ['pve-data-tpool', 'pve', 'pve/data', 'tpool'],
  ['pve-data_tmeta', 'pve', 'pve/data', 'tmeta'],
  ['mix-mir_rimage_12', 'mix', 'mix/mir', 'rimage_12'],
  ['cv-fast_cvol-cdata', 'cv', 'cv/fast', 'cdata'],
  ['vg-swap_1', 'vg', 'vg/swap_1', ''],
  ['no group at all', 'no group at all', 'no group at all', ''],
])('%s is a volume of %s, which people know as %s', (label, group, volume, part) => {
  expect(lvmName(label)).toEqual({ group, volume, part });
});
