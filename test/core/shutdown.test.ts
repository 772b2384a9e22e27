import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../core/log.ts';
import { createShutdown, type Shutdown } from '../../core/shutdown.ts';

let lines: { msg: string; part: string }[];
let shutdown: Shutdown;
let closed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [lines, closed] = [[], []];
  shutdown = createShutdown(
    createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) }),
    1_000,
  );
});
afterEach(() => vi.useRealTimers());

const closes = (name: string) => shutdown.add(name, () => void closed.push(name));

describe('shutdown', () => {
  it('closes one part after another, in the order of registration', async () => {
    shutdown.add('slow', async () => {
      await Promise.resolve();
      closed.push('slow');
    });
    closes('second');
    await shutdown.run();
    expect(closed).toEqual(['slow', 'second']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes once, however often it is asked, and every caller waits', async () => {
    closes('only');
    await Promise.all([shutdown.run(), shutdown.run()]);
    await shutdown.run();
    expect(closed).toEqual(['only']);
  });

  it('does not let a part that hangs, throws or refuses keep the others open, and names it', async () => {
    shutdown.add('hangs', () => new Promise<void>(() => undefined));
    shutdown.add('refuses', () => Promise.reject(new Error('no')));
    shutdown.add('throws', () => {
      throw new Error('at once');
    });
    closes('last');
    const done = shutdown.run();
    await vi.advanceTimersByTimeAsync(999);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(closed).toEqual(['last']);
    expect(lines.map(({ part, msg }) => [part, msg])).toEqual([
      ['hangs', 'a part did not close in time'],
      ['refuses', 'a part did not close cleanly'],
      ['throws', 'a part did not close cleanly'],
    ]);
  });

  it('does not fall over a part that refuses after its time', async () => {
    let refuse = (_error: Error): void => undefined;
    shutdown.add('late', () => new Promise<void>((_, reject) => (refuse = reject)));
    const done = shutdown.run();
    await vi.advanceTimersByTimeAsync(1_000);
    await done;
    refuse(new Error('too late'));
  });
});
