import { describe, expect, test } from 'vitest';
import { mustBeMovable, offersLifeline } from '../../bot/lifeline-offer.ts';
import { installForm } from '../../bot/views/install-form.ts';
import type { Inventory } from '../../core/contracts/device.ts';

const server = (provider: string, name: string) => ({ provider, id: name, name, tags: [] });
const inventory: Inventory = {
  ...{ at: 1, problems: [], devices: [server('moves', 'web-01'), server('stays', 'web-02'), server('old', 'web-03')] },
  sources: [
    { provider: 'moves', at: 1, secondPath: true },
    { provider: 'stays', at: 1, secondPath: false },
    { provider: 'old', at: 1 },
  ],
};

describe("a move of XEPA's own connection", () => {
  test.each([
    ['web-01', true],
    ['MOVES/web-01', true],
    ['web-02', false],
    ['web-03', false],
    [undefined, true],
    // Its name is put right first.
    ['web-1', true],
  ])('is offered where the provider of %s can: %s', (typed, offered) => {
    expect(offersLifeline(inventory, typed)).toBe(offered);
  });

  test('is offered nowhere while no provider is known to do it', () => {
    const { sources: _sources, ...before } = inventory;
    for (const known of [null, before, { ...inventory, sources: [] }]) {
      expect(offersLifeline(known, undefined)).toBe(false);
    }
  });

  test('is offered for a name that two servers have, if one of them can', () => {
    const twins = [server('stays', 'twin'), server('moves', 'twin')];
    expect(offersLifeline({ ...inventory, devices: twins }, 'twin')).toBe(true);
  });

  test('is refused at once where the provider is known not to do it, and else left to the worker', () => {
    const asks = (name: string, request: Parameters<typeof mustBeMovable>[0]) => () => {
      const device = inventory.devices.find((one) => one.name === name);
      if (!device) throw new Error('no such device');
      mustBeMovable(request, device, inventory);
    };
    const userMessage = expect.stringMatching(/`stays` offers no way.*`web-02`.*Ask without `--lifeline move`/);
    expect(asks('web-02', { lifeline: 'move' })).toThrow(expect.objectContaining({ code: 'bad-input', userMessage }));
    for (const name of ['web-01', 'web-03']) expect(asks(name, { lifeline: 'move' })).not.toThrow();
    expect(asks('web-02', {})).not.toThrow();
  });
});

describe('its field in the form', () => {
  const state = { about: { id: 'd', rev: 1 }, isos: [], answers: [], channel: 'C01OPS', showsAdvanced: true };
  const menuIn = (look: { canMove: boolean; advanced?: object }) =>
    installForm({ ...state, advanced: {}, ...look }).blocks.find(({ block_id: id }) => id === 'field.lifeline');

  test('is there where it can be moved, and begins with leaving it', () => {
    expect(menuIn({ canMove: true })).toMatchObject({ element: { initial_option: { value: 'auto' } }, optional: true });
    expect(menuIn({ canMove: false })).toBeUndefined();
  });

  test('is there where it was asked for, so that it can be taken back', () => {
    const menu = menuIn({ canMove: false, advanced: { lifeline: 'MOVE' } });
    expect(menu).toMatchObject({ element: { initial_option: { value: 'move' } } });
  });
});
