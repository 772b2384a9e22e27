import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import { percentile } from '../figures.ts';

/** How much others disturb this machine: the same small work again and again takes the same time on a quiet one. */
export interface Noise {
  /** Called between measurements. */
  listen(): void;
  /** How much longer than the shortest the work took: its median, and the worst of ten. */
  spread(): { usual: number; bad: number };
  /** Load of the machine before anything was started. */
  before: number;
}

const block = Buffer.alloc(4 * 1024 * 1024);
/** From here on the figures say as much of the neighbours as of us. */
export const NOISY = 1.3;

export function startNoise(): Noise {
  const taken: number[] = [];
  return {
    before: loadavg()[0] ?? Number.NaN,
    listen() {
      const begin = performance.now();
      createHash('sha256').update(block).digest();
      taken.push(performance.now() - begin);
    },
    spread() {
      const best = Math.min(...taken);
      return { usual: percentile(taken, 0.5) / best, bad: percentile(taken, 0.9) / best };
    },
  };
}
