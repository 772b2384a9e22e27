import { afterAll, beforeAll, expect, it } from 'vitest';
import { theEnd } from '../demo/play.ts';
import { putInstall } from '../support/put-install.ts';
import { nestedUefi, startWorld, type World } from '../support/world.ts';

let world: World;
const id = 'xe-uefi01';

beforeAll(async () => {
  world = await startWorld({
    lab: { devices: [{ hostname: 'web-02', firmware: 'uefi' }] },
    product: 'none',
    env: nestedUefi,
  });
  await world.start('worker', 'worker-a');
}, 120_000);
afterAll(() => world?.stop(), 60_000);

it('gives a UEFI server a UEFI guest, and the server boots what was installed without a boot entry', async () => {
  await putInstall(world, { id, device: 'web-02', iso: 'mini-uefi.iso' });
  const record = await theEnd({ world }, id);
  expect(record.failure).toBeUndefined();
  expect(record.facts.plan?.firmware).toBe('uefi');
  expect(record.facts.media?.boots).toEqual(['bios', 'uefi']);
  expect(record.facts.handback?.loaders.join()).toMatch(/has its loader where firmware finds it/);
  expect(record.facts.verify).toMatchObject({ up: true });
  const [proof] = (await world.lab.devices[0]?.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/)) ?? [''];
  expect(proof).toContain('fw=UEFI ID=mini-uefi');
}, 600_000);
