import { describe, expect, test } from 'vitest';
import { typedAgain } from '../../bot/commands/retry.ts';
import { typedVm, vmWished } from '../../bot/vm-wish.ts';
import type { VmWish } from '../../core/contracts/vm-wish.ts';
import { alice, anInstall } from '../support/an-install.ts';

const all: VmWish = { firmware: 'uefi', guest: 'windows', tpm: 'on', rom: 'off', onReboot: 'finish' };
const typed = { firmware: 'UEFI', guest: 'windows', tpm: 'On', rom: 'off', 'on-reboot': 'finish' };

describe('what somebody asks of the virtual machine', () => {
  test('is nothing where nothing was typed, whatever else was', () => {
    expect(typedVm({ iso: 'debian', reason: 'x' })).toBeUndefined();
    expect(vmWished(undefined)).toEqual({});
  });

  test('is read from the options, in any case, and no more than what was typed', () => {
    expect(vmWished(typedVm(typed))).toEqual({ vm: all });
    expect(vmWished(typedVm({ tpm: 'on' }))).toEqual({ vm: { tpm: 'on' } });
  });

  test.each([
    [{ tpm: 'yes' }, '`--tpm` takes `on` or `off`, not `yes`.'],
    [{ rom: '1' }, '`--rom` takes `on` or `off`, not `1`.'],
    [{ firmware: 'csm' }, '`--firmware` takes `bios` or `uefi`, not `csm`.'],
    [{ guest: 'bsd' }, '`--guest` takes `windows` or `linux`, not `bsd`.'],
    [{ 'on-reboot': 'stop' }, '`--on-reboot` takes `stay` or `finish`, not `stop`.'],
  ])('is nothing else: %j', (given, userMessage) => {
    expect(() => vmWished(typedVm(given))).toThrow(expect.objectContaining({ code: 'bad-input', userMessage }));
  });

  test('is asked for again by retry', () => {
    const request = { iso: { url: 'https://example.org/a.iso' }, requestedBy: alice, vm: all };
    const { options } = typedAgain(anInstall({ request }), { isos: new Map() });
    expect(vmWished(typedVm(options))).toEqual({ vm: all });
  });
});
