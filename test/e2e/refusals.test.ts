import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
const small = { memoryMib: 2048, content: 'installed-system' } as const;

beforeAll(async () => {
  world = await startWorld({
    lab: {
      devices: [
        { hostname: 'no-rescue', rescueBoots: 'installed-system', ...small },
        { hostname: 'good', ...small, memoryMib: 3072 },
      ],
    },
    product: 'none',
    env: { XEPA_RESCUE_MINUTES: '1' },
  });
  await world.start('worker', 'worker-a');
}, 180_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

/** However an install is refused, the machine boots its own system again and nothing is left behind. */
async function expectAsItWas(hostname: string): Promise<void> {
  const device = world.lab.devices.find((candidate) => candidate.hostname === hostname);
  await eventually('the restart from disk', async () => (device?.machine.booted === 'disk' ? true : null));
  expect(await world.state.redis.keys(`xepa:lease:*${device?.id}`)).toEqual([]);
}

it('refuses an ISO with the wrong checksum before any hardware is touched', async () => {
  await putInstall(world, { id: 'xe-sum001', device: 'good', iso: 'mini.iso', sha256: 'a'.repeat(64) });
  const record = await theEnd({ world }, 'xe-sum001');
  expect(record.failure).toMatchObject({ step: 'media', code: 'iso-unusable' });
  expect(record.failure?.message).toMatch(/wrong checksum/);
  expect(record.facts.bind).toBeUndefined();
  await expectAsItWas('good');
}, 300_000);

it('stops after two restarts when the installed system comes up instead of the rescue', async () => {
  await putInstall(world, { id: 'xe-resc01', device: 'no-rescue', iso: 'mini.iso' });
  const record = await theEnd({ world }, 'xe-resc01');
  expect(record.failure).toMatchObject({ step: 'reach', code: 'not-rescue' });
  expect(record.failure?.message).toMatch(/2 restarts into rescue/);
  expect(record.facts.rescue?.entries).toBe(2);
  expect(record.facts.survey).toBeUndefined();
  await expectAsItWas('no-rescue');
}, 400_000);
