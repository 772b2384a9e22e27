import { beforeEach, expect, it } from 'vitest';
import type { Facts } from '../../../core/contracts/facts.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

/** The rescue system of the first entry runs, and the second one was asked for a while ago. */
beforeEach(async () => {
  bench = new StepBench();
  await bench.through('reserve', 'rescue');
  bench.clock.forward(10_000);
  noted({ entries: 2, requestedAt: bench.clock.now() });
  bench.clock.forward(100_000);
});

function noted(change: Partial<NonNullable<Facts['rescue']>>): void {
  const { rescue } = bench.record.facts;
  if (!rescue) throw new Error('rescue was never asked for');
  bench.record = { ...bench.record, facts: { ...bench.record.facts, rescue: { ...rescue, ...change } } };
}

it('what runs since before is not believed by the worker that asked', async () => {
  noted({ restart: { by: 'w', quietUntil: 0 } });
  expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('runs for longer') });
});

it('and is given the difference of two clocks by another one, or by one that cannot tell', async () => {
  noted({ restart: { by: 'another', quietUntil: 0 } });
  await bench.through('reach');
});

it('of a request that an earlier version noted no more is claimed than it did', async () => {
  noted({ restart: undefined, marker: '0' });
  await bench.run('reach');
  expect(bench.record.facts.rescue?.restart).toMatchObject({ by: '' });
});

it('nobody waits for the difference of two clocks', async () => {
  noted({ restart: { by: 'another', quietUntil: bench.clock.now() + 3_600_000 } });
  await bench.through('reach');
});
