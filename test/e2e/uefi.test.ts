import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { theEnd } from '../demo/play.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import { nestedUefi, type World } from '../support/world.ts';

let world: World;
const id = 'xe-uefi01';

let record: InstallRecord;

beforeAll(async () => {
  const devices = [{ hostname: 'web-02', firmware: 'uefi' as const }];
  world = await playScene({ lab: { devices }, product: 'none', env: nestedUefi }, async (stage) => {
    await stage.start('worker', 'worker-a');
    await putInstall(stage, { id, device: 'web-02', iso: 'mini-uefi.iso' });
    record = await theEnd({ world: stage }, id);
  });
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

it('gives a UEFI server a UEFI guest, and the server boots what was installed without a boot entry', async () => {
  expect(record.failure).toBeUndefined();
  expect(record.facts.plan?.firmware).toBe('uefi');
  expect(record.facts.media?.boots).toEqual(['bios', 'uefi']);
  expect(record.facts.handback?.loaders.join()).toMatch(/has its loader where firmware finds it/);
  expect(record.facts.verify).toMatchObject({ up: true });
  const [proof] = (await world.lab.devices[0]?.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/)) ?? [''];
  expect(proof).toContain('fw=UEFI ID=mini-uefi');
});
