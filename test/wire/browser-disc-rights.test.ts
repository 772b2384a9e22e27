import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerTo, chooseFile, letServe } from '../support/disc-page.ts';
import { large, useDiscStage } from '../support/disc-stage.ts';

const soon = { timeout: 20_000, interval: 100 };
const stage = useDiscStage();

describe('who may serve a file', () => {
  it('is nobody before the bot has agreed, and nobody but who asked', async () => {
    await chooseFile(stage.bench, stage.at, { name: 'rescue.iso', bytes: large });
    expect(await (await stage.open()).closed).toBe('screenSilent');
    await letServe(stage.bench, stage.at.installId);
    const bob = await stage.bench.enter(stage.at.installId, 'U02BOB');
    const theirs = await stage.open({ cookie: bob });
    expect(await theirs.closed).toBe('screenSilent');
    const watcher = await stage.bench.enter(stage.at.installId, 'U03CARL', 'view');
    expect((await chooseFile(stage.bench, { ...stage.at, cookie: watcher }, { name: 'x', bytes: 1 })).status).toBe(403);
  });

  it('keeps it from being pushed aside by somebody else, as long as their page is there', async () => {
    await stage.choose();
    const page = await stage.open();
    await expect.poll(async () => (await stage.state()).browserDisc?.live, soon).toBe(true);
    const bob = await stage.bench.enter(stage.at.installId, 'U02BOB');
    const refused = await chooseFile(stage.bench, { ...stage.at, cookie: bob }, { name: 'x.iso', bytes: 1 });
    expect([refused.status, await refused.json()]).toMatchObject([409, { message: /somebody else/ }]);
    expect((await stage.state(bob)).browserDisc).toMatchObject({ mine: false, name: 'rescue.iso', key: '' });
    page.cut();
    await expect.poll(async () => (await stage.state()).browserDisc?.live, soon).toBe(false);
    expect((await chooseFile(stage.bench, { ...stage.at, cookie: bob }, { name: 'x.iso', bytes: 1 })).status).toBe(200);
  });

  it('serves one server at a time', async () => {
    await stage.choose();
    await stage.open();
    const other = 'xe-another';
    mkdirSync(join(stage.bench.dir, other));
    await stage.bench.install(other);
    const there = { installId: other, cookie: await stage.bench.enter(other) };
    await chooseFile(stage.bench, there, { name: 'rescue.iso', bytes: large });
    await letServe(stage.bench, other);
    expect(await (await stage.open(there)).closed).toBe('screenSilent');
  });

  it.each([
    ['without a name', { name: ' ', bytes: 1 }],
    ['that is empty', { name: 'x', bytes: 0 }],
    ['larger than anything', { name: 'x', bytes: 2 ** 50 }],
    ['with a key that is none', { name: 'x', bytes: 1, key: 'x' }],
  ])('is refused a file %s', async (_what, file) => {
    expect((await chooseFile(stage.bench, stage.at, file)).status).toBe(400);
    expect((await stage.bench.store.load(stage.at.installId)).browserDisc).toBeUndefined();
  });

  it('loses the line with the console: revoked is cut', async () => {
    await stage.choose();
    const page = await stage.open();
    await stage.bench.tickets.revokeAll(stage.at.installId);
    await stage.bench.store.note(stage.at.installId, { type: 'x', actor: { via: 'system', id: 'test' }, detail: {} });
    expect(await page.closed).toBe('revoked');
  });
});

describe('a page that does not do as it should', () => {
  it.each([
    ['bytes that nobody asked for', answerTo(7, Buffer.alloc(10)), 'protocol'],
    ['hardly any bytes', Buffer.alloc(3), 'protocol'],
    ['words', 'hello', 'protocol'],
    ['that it cannot read what nobody asked for', JSON.stringify({ unreadable: 7 }), 'protocol'],
    ['more than anybody asks for', Buffer.alloc(1024 * 1024), '1009'],
  ])('is closed: %s', async (_what, said, reason) => {
    await stage.choose();
    const page = await stage.open();
    page.send(said);
    expect(await page.closed).toBe(reason);
  });

  it('is given up when it says nothing', async () => {
    await stage.choose();
    const page = await stage.open();
    await stage.insert();
    page.fallSilent();
    await stage.done('power', { action: 'boot-cd' });
    expect(await page.closed).toBe('unresponsive');
    await stage.open();
    await expect.poll(stage.vm.said, soon).toMatch(/E$/);
  }, 90_000);

  it('is replaced by a second one of the same person, and told so', async () => {
    await stage.choose();
    const first = await stage.open();
    const second = await stage.open();
    expect(await first.closed).toBe('discTaken');
    await stage.insert();
    await stage.done('power', { action: 'boot-cd' });
    await expect.poll(stage.vm.said, soon).toMatch(/E$/);
    expect(second.asked.length).toBeGreaterThan(0);
  });
});
