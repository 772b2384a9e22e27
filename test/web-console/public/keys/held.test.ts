import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hammer } from '../../../../web-console/public/keys/hammer.ts';
import { Held } from '../../../../web-console/public/keys/held.ts';
import type { KeyEvent } from '../../../../web-console/public/keys/key-events.ts';
import { functionKey, namedKeys } from '../../../../web-console/public/keys/physical.ts';
import { sysRqEvents } from '../../../../web-console/public/keys/sys-rq.ts';

const short = ({ code, down }: KeyEvent) => `${down ? '+' : '-'}${code}`;

function heldBench() {
  const sent: string[] = [];
  const shown: string[] = [];
  const sink = { key: (event: KeyEvent) => void sent.push(short(event)) };
  const held = new Held(
    () => sink,
    (modifiers) => shown.push([...modifiers].join(' ')),
  );
  return { held, sent, shown };
}

describe('modifiers that are held', () => {
  it('stay down until the next key, and not longer', () => {
    const { held, sent, shown } = heldBench();
    held.toggle('ctrl');
    held.toggle('alt');
    held.press(functionKey(2));
    expect(sent).toEqual(['+ControlLeft', '+AltLeft', '+F2', '-F2', '-ControlLeft', '-AltLeft']);
    expect(shown).toEqual(['ctrl', 'ctrl alt', '']);
    expect(held.any).toBe(false);
  });

  it('are let go by a second touch, or all at once', () => {
    const { held, sent } = heldBench();
    held.toggle('win');
    held.toggle('win');
    held.toggle('shift');
    held.release();
    held.release();
    expect(sent).toEqual(['+MetaLeft', '-MetaLeft', '+ShiftLeft', '-ShiftLeft']);
  });

  it('are not pressed twice by a combination that has them as well', () => {
    const { held, sent } = heldBench();
    held.toggle('alt');
    held.press(functionKey(1), ['ctrl', 'alt']);
    expect(sent).toEqual(['+AltLeft', '+ControlLeft', '+F1', '-F1', '-ControlLeft', '-AltLeft']);
  });
});

describe('the hammer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function hammerBench() {
    const sent: string[] = [];
    const ticks: (number | null)[] = [];
    const screen = { there: true };
    const sink = { key: (event: KeyEvent) => void sent.push(short(event)) };
    const hammer = new Hammer(
      () => (screen.there ? sink : null),
      (left) => void ticks.push(left),
    );
    return { hammer, sent, ticks, screen };
  }

  it('presses its key five times a second for ten seconds', () => {
    const { hammer, sent, ticks } = hammerBench();
    hammer.start(functionKey(12));
    vi.advanceTimersByTime(11_000);
    expect(sent).toHaveLength(2 * 50);
    expect(sent.slice(0, 4)).toEqual(['+F12', '-F12', '+F12', '-F12']);
    expect([ticks[0], ticks.at(-1)]).toEqual([10, null]);
  });

  it('stops at once, and another key takes its place', () => {
    const { hammer, sent } = hammerBench();
    hammer.start(functionKey(12));
    hammer.start(namedKeys.Del);
    hammer.stop();
    vi.advanceTimersByTime(5_000);
    expect(sent).toEqual(['+F12', '-F12', '+Delete', '-Delete']);
  });

  it('goes on after a screen that was away', () => {
    const { hammer, sent, screen } = hammerBench();
    hammer.start(functionKey(2));
    screen.there = false;
    vi.advanceTimersByTime(5_000);
    screen.there = true;
    vi.advanceTimersByTime(1_000);
    expect(sent).toHaveLength(2 * 6);
  });
});

describe('SysRq', () => {
  it('is Alt and PrtSc with a letter between', () => {
    expect(sysRqEvents('b').map(short)).toEqual([
      ...['+AltLeft', '+PrintScreen', '+KeyB', '-KeyB', '-PrintScreen', '-AltLeft'],
    ]);
  });
});
