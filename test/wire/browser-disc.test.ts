import { describe, expect, it } from 'vitest';
import { parseKeyring } from '../../core/keyring.ts';
import { createSealer, sshKeyContext } from '../../core/sealing.ts';
import { startSshd } from '../bench/console/sshd.ts';
import { secret } from '../support/console-bench.ts';
import { startConsoleProcess } from '../support/console-process.ts';
import { chooseFile, type DiscPage, openDiscPage } from '../support/disc-page.ts';
import { large, useDiscStage } from '../support/disc-stage.ts';

const soon = { timeout: 20_000, interval: 100 };
const stage = useDiscStage();

/** The guest begins to read, and the page goes. */
async function readInVain(page: DiscPage): Promise<void> {
  await stage.insert();
  page.fallSilent();
  await stage.done('power', { action: 'boot-cd' });
  await expect.poll(() => page.asked.length, soon).toBeGreaterThan(0);
  page.cut();
  await expect.poll(async () => (await stage.state()).browserDisc?.live, soon).toBe(false);
}

describe('a file of a browser in the drive of a real VM', () => {
  it('is booted from; of six gigabytes only what is read travels', async () => {
    await stage.choose();
    const page = await stage.open();
    await expect.poll(stage.vm.said, soon).toBe('C');
    expect((await stage.insert()).drive).toMatchObject({ disc: 'rescue.iso', trayOpen: false });
    await stage.done('power', { action: 'boot-cd' });
    await expect.poll(stage.vm.said, soon).toBe('CE');
    const read = page.asked.reduce((sum, { length }) => sum + length, 0);
    expect(read).toBeLessThan(4 * 1024 * 1024);
    await expect.poll(async () => (await stage.state()).browserDisc?.read, soon).toBe(read);
    expect((await stage.state()).browserDisc).toMatchObject({
      name: 'rescue.iso',
      bytes: large,
      mine: true,
      live: true,
    });
    const { acts } = (await stage.bench.store.load(stage.at.installId)).console ?? {};
    expect(acts).toMatchObject([{ what: 'serve', disc: 'rescue.iso' }, { what: 'insert' }, { what: 'boot-cd' }]);
  });

  it('is booted from by way of OpenSSH itself', async () => {
    const sshd = await startSshd(stage.bench.dir);
    const sshKey = createSealer(parseKeyring(secret)).seal(sshd.privateKey, sshKeyContext(stage.at.installId));
    await stage.bench.store.update(stage.at.installId, (now) => {
      const { reach } = now.facts;
      if (!reach) throw new Error('the record says how it is reached');
      const real = { ...reach, port: sshd.port, user: sshd.user, hostKey: sshd.hostKey };
      const note = { type: 'facts-saved', actor: { via: 'system', id: 'test' } as const, detail: {} };
      return { record: { ...now, facts: { ...now.facts, reach: real }, sealed: { sshKey } }, note };
    });
    await stage.choose();
    await stage.open();
    await stage.insert();
    await stage.done('power', { action: 'boot-cd' });
    await expect.poll(stage.vm.said, soon).toMatch(/E$/);
    expect((await stage.done('media', { action: 'insert', disc: 'own', force: true })).drive).toMatchObject({
      disc: 'debian-13',
    });
    await sshd.stop();
  }, 60_000);

  it('goes out of it, and back in, and QEMU keeps nothing of what is not wanted', async () => {
    await stage.choose();
    await stage.open();
    await stage.insert();
    expect((await stage.done('media', { action: 'eject', force: true })).drive).toMatchObject({ disc: null });
    expect((await stage.insert()).drive).toMatchObject({ disc: 'rescue.iso' });
    // Once more is no harm.
    expect((await stage.insert()).drive).toMatchObject({ disc: 'rescue.iso' });
    expect((await stage.done('media', { action: 'insert', disc: 'own', force: true })).drive).toMatchObject({
      disc: 'debian-13',
    });
    expect((await stage.insert()).drive).toMatchObject({ disc: 'rescue.iso' });
    expect((await stage.done('power', { action: 'installer' })).drive).toMatchObject({ disc: 'debian-13' });
  });

  it('makes the guest wait while its page is away, and the next one goes on', async () => {
    await stage.choose();
    await readInVain(await stage.open());
    // It is known again, and nobody is asked anew.
    const again = await chooseFile(stage.bench, stage.at, { name: 'rescue.iso', bytes: large });
    expect(await again.json()).toEqual({ done: 'known' });
    expect(stage.vm.said()).not.toContain('E');
    await stage.open();
    await expect.poll(stage.vm.said, soon).toMatch(/E$/);
  });

  it('goes on when another process takes over from one that was killed', async () => {
    await stage.choose();
    const mortal = await startConsoleProcess(stage.bench, { publicUrl: stage.bench.url });
    const first = await stage.open({ url: mortal.at });
    await stage.insert();
    await mortal.stop('SIGKILL');
    await first.closed;
    await stage.done('power', { action: 'boot-cd' });
    await stage.open();
    await expect.poll(stage.vm.said, soon).toMatch(/E$/);
  });

  it('goes on when the way to the device was cut', async () => {
    await stage.choose();
    await stage.open();
    await stage.insert();
    stage.bench.host.cut();
    await stage.done('power', { action: 'boot-cd' }).catch(() => stage.done('power', { action: 'boot-cd' }));
    await expect.poll(stage.vm.said, soon).toMatch(/E$/);
  });

  it('is taken out at once, also while its page is away and the guest waits for it', async () => {
    await stage.choose();
    await readInVain(await stage.open());
    const { drive } = await stage.done('media', { action: 'insert', disc: 'own', force: true });
    expect(drive).toMatchObject({ disc: 'debian-13' });
  });

  it('is one that cannot be read once the file has changed on its computer, and the guest goes on without', async () => {
    await stage.choose();
    stage.keep(await openDiscPage(stage.bench, stage.at, () => null));
    await stage.insert();
    await stage.done('power', { action: 'boot-cd' });
    await expect.poll(stage.vm.said, soon).toMatch(/D$/);
  });

  it('stays out while nobody serves it: what is in the drive stays', async () => {
    await stage.choose();
    const refused = await stage.post('media', { action: 'insert', disc: 'browser', force: true });
    expect([refused.status, await refused.json()]).toMatchObject([409, { message: /page has to be open/ }]);
    expect((await stage.look()).drive).toMatchObject({ disc: 'debian-13', trayOpen: false });
  });

  it('is over once its person takes it back; the trail has how much was read', async () => {
    await stage.choose();
    const page = await stage.open();
    await stage.insert();
    await stage.done('media', { action: 'eject', force: true });
    expect((await stage.post('browser-disc/stop', {})).status).toBe(200);
    expect(await page.closed).toBe('discOver');
    expect((await stage.state()).browserDisc).toBeNull();
    expect((await stage.look()).discs.map(({ id }) => id)).toEqual(['own']);
    await expect
      .poll(async () => (await stage.bench.store.events(stage.at.installId)).map(({ type }) => type), soon)
      .toContain('console-disc-served');
    const events = await stage.bench.store.events(stage.at.installId);
    const served = events.find(({ type }) => type === 'console-disc-served');
    expect(served).toMatchObject({ actor: { id: 'U01ALICE' }, detail: { name: 'rescue.iso', bytes: large } });
  });
});
