import { afterAll, beforeAll, expect, it } from 'vitest';
import { journalOf } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';
import { cancelInstall } from '../../core/decisions.ts';
import { eventually } from '../demo/eventually.ts';
import { installerSaid } from '../demo/installer-said.ts';
import { theEnd } from '../demo/play.ts';
import { bob } from '../support/an-install.ts';
import { drivers, inside } from '../support/inside.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World, WorldOptions } from '../support/world.ts';

let world: World;
const id = 'xe-cance1';

/** An emulated machine has moments in which nothing moves. */
const UNDO_MS = 180_000;

const scene: WorldOptions = {
  lab: { devices: [{ hostname: 'web-01', content: 'installed-system' }] },
  product: 'none',
};

beforeAll(async () => {
  world = await playScene(scene, async (stage) => {
    await stage.start('worker', 'worker-a');
    await putInstall(stage, { id, device: 'web-01', iso: 'mini-ask.iso' });
    await installerSaid(stage, id, 'INSTALL-ASKS');
  });
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

const undone = (step: StepName) =>
  eventually(
    `the undo of ${step}`,
    async () => (journalOf(await world.state.store.load(id), step)?.state === 'undone' ? true : null),
    UNDO_MS,
  );

it('puts the device back as it was when an install is cancelled at its console', async () => {
  const device = world.lab.devices[0];
  if (!device) throw new Error('the lab has a device');
  const record = await world.state.store.load(id);
  const passed = record.facts.plan?.passed.map(({ address }) => address) ?? [];
  expect(await drivers(world, id, passed)).toEqual(['vfio-pci', 'vfio-pci']);

  // The provider refuses the restart for a while: time to look at the device before its memory is gone.
  world.lab.api.fail({ method: 'POST', path: `/devices/${device.id}/actions`, times: 3, status: 503 });
  await world.state.store.update(id, (now) => cancelInstall(now, bob, Date.now()));
  await world.state.queue.wake(id);
  await undone('bind');
  expect(await drivers(world, id, passed)).toEqual(record.facts.bind?.previous.map(({ driver }) => driver));
  expect(await inside(world, id, ['pgrep', '-l', 'qemu'])).toBe('');
  expect(await inside(world, id, ['ls', '/run/xepa'])).not.toContain(id);
  await undone('media');
  expect(await inside(world, id, ['ls', '/var/lib/xepa'])).toBe('');

  const ended = await theEnd({ world }, id);
  expect(ended.phase).toBe('undone');
  expect(ended.journal.every((entry) => entry.state === 'undone')).toBe(true);
  expect(ended.sealed).toEqual({});
  expect(await world.state.redis.keys('xepa:lease:*')).toEqual([]);
  const keys = await fetch(`${world.lab.apiUrl}/projects/${world.lab.projectId}/ssh-keys`, {
    headers: { 'X-Auth-Token': world.lab.token },
  });
  expect(await keys.json()).toMatchObject({ ssh_keys: [] });
  await eventually('the restart from disk', async () => (device.machine.booted === 'disk' ? true : null));
  expect(await device.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/)).not.toBeNull();
}, 600_000);
