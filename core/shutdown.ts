import type { Logger } from './log.ts';

/** Things to close, in order, when the process is told to stop. */
export interface Shutdown {
  /** Registers a closer; they run in the order of registration, each with its share of the deadline. */
  add(name: string, close: () => Promise<void> | void): void;
  /** Closes everything once; later calls wait for the first. */
  run(): Promise<void>;
}

/** @param limitMs how long one closer may take before the next one runs */
export function createShutdown(log: Logger, limitMs = 8_000): Shutdown {
  const closers: { name: string; close: () => Promise<void> | void }[] = [];
  let running: Promise<void> | undefined;
  const closeAll = async () => {
    for (const { name, close } of closers) await closeOne({ name, close, log, limitMs });
  };
  return {
    add: (name, close) => void closers.push({ name, close }),
    run: () => {
      running ??= closeAll();
      return running;
    },
  };
}

async function closeOne(options: {
  name: string;
  close: () => Promise<void> | void;
  log: Logger;
  limitMs: number;
}): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => done('late'), options.limitMs);
  });
  try {
    if ((await Promise.race([options.close(), late])) === 'late') {
      options.log.warn({ part: options.name }, 'a part did not close in time');
    }
  } catch (err) {
    options.log.warn({ part: options.name, err }, 'a part did not close cleanly');
  } finally {
    clearTimeout(timer);
  }
}
