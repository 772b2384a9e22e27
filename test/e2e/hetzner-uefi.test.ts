import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { theEnd } from '../demo/play.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import { nestedUefi, type World } from '../support/world.ts';

/** A UEFI server of Hetzner's, from its activation to the metal's own line: one boot of the lab's machine for both. */
let world: World;
const id = 'xe-uefi01';

let record: InstallRecord;

beforeAll(async () => {
  const devices = [{ hostname: 'web-02', firmware: 'uefi' as const }];
  world = await playScene({ lab: { devices }, product: 'none', env: nestedUefi }, async (stage) => {
    await stage.start('worker', 'worker-a', { ...stage.lab.sites['hetzner-robot'].env });
    await putInstall(stage, { id, device: 'web-02', iso: 'mini-uefi.iso', provider: 'hetzner-robot' });
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

it('goes through Hetzner: one activation, two resets, the host key that was published, and nothing left there', () => {
  const { api, account } = world.lab.sites['hetzner-robot'];
  const sent = api.requests.filter(({ method }) => method === 'POST').map(({ path }) => path.replace(/\/\d+/, ''));
  expect(sent).toEqual(['/key', '/boot/rescue', '/reset', '/reset']);
  const [server] = [...account.servers.values()];
  expect(server?.last).toMatchObject({ used: true, hostKeys: [record.facts.reach?.fingerprint] });
  expect([server?.armed, account.keys.size, world.lab.devices[0]?.machine.booted]).toEqual([false, 0, 'disk']);
  expect(world.lab.api.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

it('boots what was installed on firmware that has never seen it: no boot entry, nothing stored', async () => {
  const machine = world.lab.devices[0]?.machine;
  await machine?.powerOff();
  await machine?.forgetFirmware();
  await machine?.powerOn('disk');
  const [proof] = (await machine?.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/, 180_000)) ?? [''];
  expect(proof).toContain('fw=UEFI ID=mini-uefi');
});
