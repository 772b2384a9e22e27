import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InstallRecord, journalOf } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import { failIfStalled } from '../support/guest-watch.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import type { ProductProcess } from '../support/product.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

let world: World;
const id = 'xe-crash1';

let record: InstallRecord;

beforeAll(async () => {
  world = await playScene({ lab: { devices: [{ hostname: 'web-01' }] }, product: 'none' }, async (stage) => {
    world = stage;
    let worker = await world.start('worker', 'worker-a');
    await putInstall(world, { id, device: 'web-01', iso: 'mini.iso' });
    worker = await killDuring('bind', worker, 'worker-b');
    worker = await killDuring('launch', worker, 'worker-c');
    await killDuring('handback', worker, 'worker-d');
    record = await theEnd({ world }, id);
  });
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

/** Kills the worker with no warning in the moment in which the step stands in the journal as started. */
async function killDuring(step: StepName, worker: ProductProcess, next: string): Promise<ProductProcess> {
  await eventually(
    `the start of ${step}`,
    async () => {
      if (journalOf(await world.state.store.load(id), step)?.state === 'started') return true;
      await failIfStalled(world, id);
      return null;
    },
    240_000,
  );
  await worker.stop('SIGKILL');
  return world.start('worker', next);
}

it('finishes an install whose worker is killed during bind, during launch and during handback', async () => {
  expect(record.failure).toBeUndefined();
  expect(record.phase).toBe('done');
  expect(record.facts.verify).toMatchObject({ up: true });
  const [proof] = (await world.lab.devices[0]?.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/)) ?? [''];
  expect(proof).toContain('serial=XEPANVME01');
  const runs = new Set((await world.state.store.load(id)).journal.map((entry) => entry.run));
  expect(runs.size).toBe(4);
  expect(record.facts.bind?.previous.map(({ driver }) => driver).sort()).toEqual(['e1000e', 'nvme']);
});
