import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { family } from './family.ts';

/**
 * Reads the CPU clocks of other processes, to the nanosecond. /proc rounds each process down to 10 ms, which is all
 * that one of two hundred websockifys ever uses; Node cannot ask for such a clock, and websockify brings a Python along.
 */
export interface CpuClock {
  /** CPU seconds that these processes and all below them used so far. */
  seconds(roots: readonly number[]): Promise<number>;
  stop(): void;
}

/** The clock of a process is a number made of its pid (CPUCLOCK_SCHED of Linux). */
const script = `
import sys, time
for line in sys.stdin:
    total = 0.0
    for pid in line.split():
        try: total += time.clock_gettime((~int(pid) << 3) | 2)
        except OSError: pass
    print(total, flush=True)
`;

export function startCpuClock(): CpuClock {
  const python = spawn('/usr/bin/python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(python.stdout)[Symbol.asyncIterator]();
  return {
    async seconds(roots) {
      python.stdin.write(`${family(roots).join(' ')}\n`);
      return Number((await answers.next()).value);
    },
    stop: () => void python.stdin.end(),
  };
}
