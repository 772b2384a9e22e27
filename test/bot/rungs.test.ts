import { describe, expect, test } from 'vitest';
import { typedAgain } from '../../bot/commands/retry.ts';
import { bindingOf } from '../../bot/new-approval.ts';
import { rungsWished, waysWished } from '../../bot/rung-wish.ts';
import type { DeviceProfile } from '../../core/contracts/device-profile.ts';
import type { Placement } from '../../core/contracts/ladder.ts';
import { alice, anInstall } from '../support/an-install.ts';

const iso = { url: 'https://example.org/a.iso' };
const { device } = anInstall();

function placement(part: Placement['part'], rung: Placement['rung'], asked = false): Placement {
  return { part, rung, asked, device: 'd', how: 'h', refused: [], risks: [] };
}

function profile(...ladder: Placement[]): DeviceProfile {
  return { seenAt: 1, serial: 'SN', model: 'M', disks: [], ladder };
}

describe('a rung that somebody asks for', () => {
  test('is one of the words, in any case', () => {
    expect(rungsWished({})).toEqual({});
    expect(rungsWished({ rung: 'RAW-BLOCK' })).toEqual({ rungs: { disk: 'raw-block' } });
    expect(rungsWished({ rung: 'passthrough', nic: 'emulated' })).toEqual({
      rungs: { disk: 'passthrough', nic: 'emulated' },
    });
  });

  test.each([
    [{ rung: 'kexec' }, '`--rung` takes `passthrough` or `raw-block`, not `kexec`.'],
    [{ rung: 'emulated' }, '`--rung` takes `passthrough` or `raw-block`, not `emulated`.'],
    [{ nic: '`<!channel>' }, "`--nic` takes `passthrough` or `emulated`, not `'&lt;!channel&gt;`."],
    [{ nic: '' }, '`--nic` takes `passthrough` or `emulated`, not —.'],
  ])('is nothing else: %j', (wish, userMessage) => {
    expect(() => rungsWished(wish)).toThrow(expect.objectContaining({ code: 'bad-input', userMessage }));
  });

  test('is asked for again by retry', () => {
    const request = { iso, requestedBy: alice, rungs: { disk: 'raw-block', nic: 'emulated' } as const };
    expect(typedAgain(anInstall({ request }), { isos: new Map() }).options).toMatchObject({
      rung: 'raw-block',
      nic: 'emulated',
    });
  });
});

describe('a connection that somebody wants moved', () => {
  test('asks for a real port and no other way', () => {
    expect(waysWished({ nic: 'emulated' })).toEqual({ rungs: { nic: 'emulated' } });
    const rungs = { disk: 'raw-block', nic: 'passthrough' };
    expect(waysWished({ rung: 'raw-block', lifeline: 'MOVE' })).toEqual({ rungs, lifeline: 'move' });
  });

  test.each([
    [{ lifeline: 'move', nic: 'emulated' }, /gets a real port, with `--nic emulated` it gets none/],
    [{ lifeline: 'stay' }, /`--lifeline` takes `move`, not `stay`/],
  ])('makes no sense as %j', (wish, sentence) => {
    expect(() => waysWished(wish)).toThrow(
      expect.objectContaining({ code: 'bad-input', userMessage: expect.stringMatching(sentence) }),
    );
  });

  test('is asked for again by retry', () => {
    const request = { iso, requestedBy: alice, rungs: { nic: 'passthrough' }, lifeline: 'move' } as const;
    expect(typedAgain(anInstall({ request }), { isos: new Map() }).options).toMatchObject({
      ...{ nic: 'passthrough', lifeline: 'move' },
    });
  });
});

describe('an approval is bound to the rungs', () => {
  test('of the last install on this device', () => {
    const seen = profile(placement('disk', 'passthrough'), placement('nic', 'emulated'));
    expect(bindingOf(device, { iso }, seen).rungs).toEqual({ disk: 'passthrough', nic: 'emulated' });
  });

  test('that are asked for, rather than those', () => {
    const seen = profile(placement('disk', 'passthrough'), placement('nic', 'emulated'));
    const binding = bindingOf(device, { iso, rungs: { disk: 'raw-block' } }, seen);
    expect(binding.rungs).toEqual({ disk: 'raw-block', nic: 'emulated' });
    expect(bindingOf(device, { iso, rungs: { nic: 'passthrough' } }, null).rungs).toEqual({
      disk: null,
      nic: 'passthrough',
    });
  });

  test('but not to one that only somebody asked for last time, nor to what nobody knows', () => {
    const seen = profile(placement('disk', 'raw-block', true), placement('nic', 'passthrough'));
    expect(bindingOf(device, { iso }, seen).rungs).toEqual({ disk: null, nic: 'passthrough' });
    expect(bindingOf(device, { iso }, null).rungs).toEqual({ disk: null, nic: null });
  });
});
