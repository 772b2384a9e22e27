import { describe, expect, it } from 'vitest';
import { ConsoleSession, succession } from '../../web-console/console-session.ts';

const held = {
  ...{ installId: 'xe-7f3kq2', slackUser: 'U01ALICE', right: 'control' as const },
  ...{ epoch: 1, openedAt: 0, endsAt: 1_000 },
};
const asked = { ...held, openedAt: 500, endsAt: 1_500 };

describe('a new session in a browser', () => {
  it.each([
    ['to watch takes the place of nothing', null, { ...asked, right: 'view' as const }, 'replaced'],
    ['rises from nothing to control', null, asked, 'rises'],
    ['rises from watching to control', { ...held, right: 'view' as const }, asked, 'rises'],
    ['rises from control that was revoked', { ...held, epoch: 0 }, asked, 'rises'],
    ['rises from control that is over', { ...held, endsAt: 500 }, asked, 'rises'],
    ['never takes control away', held, { ...asked, right: 'view' as const }, 'stays'],
    ['nor anybody else’s control', held, { ...asked, right: 'view' as const, slackUser: 'U02BOB' }, 'stays'],
    ['takes the place of its equal', held, asked, 'replaced'],
    [
      'to watch takes the place of control that was revoked',
      { ...held, epoch: 0 },
      { ...asked, right: 'view' as const },
      'replaced',
    ],
    [
      'to watch takes the place of control that is over',
      { ...held, endsAt: 500 },
      { ...asked, right: 'view' as const },
      'replaced',
    ],
  ])('%s', (_what, before, after, fate) => {
    expect(succession(before, after)).toBe(fate);
  });

  it('is none without a right', () => {
    const { right: _right, ...old } = held;
    expect(ConsoleSession.safeParse(old).success).toBe(false);
    expect(ConsoleSession.safeParse({ ...held, right: 'admin' }).success).toBe(false);
  });
});
