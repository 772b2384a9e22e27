/**
 * How much longer an install takes through the product than by hand: an expert's straight script and XEPA take turns on one
 * server of the lab with one ISO. Prints where XEPA's seconds go, then the targets; exit code 1 when one is missed.
 */
import { parseArgs } from 'node:util';
import { startWorld } from '../support/world.ts';
import { report } from './figures.ts';
import { byExpert, byXepa } from './install/runs.ts';
import { serverOf } from './install/server.ts';
import { figuresOf, InstallSamples, stepTable } from './install/tables.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number of runs of each');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await bench();

async function bench(): Promise<number> {
  const world = await startWorld({
    lab: { devices: [{ hostname: 'web-01' }] },
    product: 'none',
    // As it is delivered: the scenes of the tests are quicker.
    env: { XEPA_ATTEND_POLL_SECONDS: '10', XEPA_POWER_DOWN_SECONDS: '60' },
    progress: console.log,
  });
  try {
    await world.start('worker', 'worker');
    const server = await serverOf(world);
    const samples = new InstallSamples();
    const expert = async () => samples.add('expert', await byExpert(server));
    const xepa = async (run: number) => {
      const { times, record } = await byXepa(server, `xe-bench${run}`);
      samples.add('XEPA', times);
      samples.addSteps(record);
    };
    for (let run = 1; run <= runs; run += 1) {
      // A B, then B A: what drifts on this machine falls on both.
      const turns = run % 2 === 1 ? [expert, xepa] : [xepa, expert];
      for (const turn of turns) await turn(run);
      console.log(`run ${run} of ${runs}: ${samples.lastOf('expert')} by script, ${samples.lastOf('XEPA')} by XEPA`);
    }
    for (const line of stepTable(samples)) console.log(line);
    return report(figuresOf(samples), console.log);
  } finally {
    await world.stop();
  }
}
