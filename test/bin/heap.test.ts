import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Bytes of the young generation of a process of that kind, after much that lived for a while. */
async function youngBytes(command: string): Promise<number> {
  const script = `
    const { tuneHeap } = await import('./bin/cli/heap.ts');
    tuneHeap(${JSON.stringify(command)});
    let lived = [];
    for (let i = 0; i < 2_000_000; i += 1) {
      lived.push({ i });
      if (lived.length > 100_000) lived = [];
    }
    const { getHeapSpaceStatistics } = await import('node:v8');
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  return Number(stdout);
}

describe('the heap', () => {
  it('stays young and small in the web console, and as V8 wants it elsewhere', async () => {
    const [console, bot] = [await youngBytes('web-console'), await youngBytes('bot')];
    // What was loaded before may have made it grow once.
    expect(console).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(bot).toBeGreaterThan(2 * console);
  });
});
