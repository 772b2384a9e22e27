import { describe, expect, it } from 'vitest';
import type { KeyEvent } from '../../../../web-console/public/keys/key-events.ts';
import type { Layout } from '../../../../web-console/public/keys/layout.ts';
import { layouts } from '../../../../web-console/public/keys/layouts.ts';
import { EVENTS_PER_ROUND } from '../../../../web-console/public/keys/pace.ts';
import { planText } from '../../../../web-console/public/keys/strokes.ts';
import { typeAll } from '../../../../web-console/public/keys/typist.ts';
import { simulatedKeyboard } from '../../../support/simulated-keyboard.ts';

function firstLayout(): Layout {
  const [us] = layouts;
  if (!us) throw new Error('there is no layout');
  return us;
}

const us = firstLayout();

/** A server behind a line whose answers the test lets through, and a clock that only waiting moves. */
function bench(text: string, given: { late?: number; answers?: (round: number) => Promise<boolean> } = {}) {
  const guest = simulatedKeyboard(us);
  const seen: { at: number; event: KeyEvent }[] = [];
  const stop = new AbortController();
  let at = 0;
  let rounds = 0;
  let typed = 0;
  const typing = {
    characters: planText(text, us).characters,
    everyMs: 10,
    stop: stop.signal,
    sink: {
      key(event: KeyEvent) {
        seen.push({ at, event });
        guest.take(event);
      },
      round() {
        rounds += 1;
        return given.answers?.(rounds) ?? Promise.resolve(true);
      },
    },
    async wait(ms: number) {
      if (ms > 0) at += ms + (given.late ?? 0);
    },
    now: () => at,
    onTyped(count: number) {
      typed = count;
    },
  };
  return { typing, guest, seen, stop, typed: () => typed };
}

describe('typing', () => {
  it('presses everything in order, at the pace, and lets go of all', async () => {
    const { typing, guest, seen, typed } = bench('Hello, World');
    expect(await typeAll(typing)).toBe('done');
    expect(guest.text()).toBe('Hello, World');
    expect(guest.down()).toEqual([]);
    expect(typed()).toBe(12);
    // 12 characters, two of them with Shift: 28 events. The last stroke has two.
    expect(seen.at(-1)?.at).toBe(260);
  });

  it('makes up for no more than half a stroke when timers are late', async () => {
    const { typing, seen } = bench('abcdefgh', { late: 100 });
    await typeAll(typing);
    const times = seen.filter(({ event }) => event.down).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
  });

  it('stops between two characters', async () => {
    const { typing, guest, stop, typed } = bench('ABCDEF');
    typing.onTyped = ((before) => (count: number) => {
      before(count);
      if (count === 3) stop.abort();
    })(typing.onTyped);
    expect(await typeAll(typing)).toBe('stopped');
    expect(guest.text()).toBe('ABC');
    expect(guest.down()).toEqual([]);
    expect(typed()).toBe(3);
  });

  it('has never more than two rounds of events under way', async () => {
    let answer: (answered: boolean) => void = () => undefined;
    const held = new Promise<boolean>((done) => {
      answer = done;
    });
    const { typing, seen } = bench('a'.repeat(100), { answers: () => held });
    const outcome = typeAll(typing);
    for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
    expect(seen).toHaveLength(2 * EVENTS_PER_ROUND);
    answer(true);
    expect(await outcome).toBe('done');
    expect(seen).toHaveLength(200);
  });

  it('ends when the line is gone, with nothing down', async () => {
    const { typing, guest, seen } = bench('a'.repeat(100), { answers: async (round) => round < 2 });
    expect(await typeAll(typing)).toBe('lost');
    expect(seen.length).toBeLessThanOrEqual(4 * EVENTS_PER_ROUND);
    expect(guest.down()).toEqual([]);
  });

  it('is not done before the last key was answered', async () => {
    const { typing } = bench('a', { answers: async () => false });
    expect(await typeAll(typing)).toBe('lost');
  });
});
