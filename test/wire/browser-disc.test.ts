import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MachineView } from '../../web-console/machine-contract.ts';
import type { PageState } from '../../web-console/page-contract.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { startConsoleProcess } from '../support/console-process.ts';
import { answerTo, chooseFile, type DiscPage, letServe, openDiscPage } from '../support/disc-page.ts';
import { tinyIso } from '../support/tiny-guest.ts';
import { startTinyVm, type TinyVm } from '../support/tiny-vm.ts';

const soon = { timeout: 20_000, interval: 100 };
const GIGABYTE = 1024 ** 3;
/** Bytes of a disc that boots E, and zeroes behind it, up to six gigabytes. */
const iso = tinyIso('E');
const large = 6 * GIGABYTE;

function content(offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  iso.copy(bytes, 0, Math.min(offset, iso.length), Math.min(offset + length, iso.length));
  return bytes;
}

let bench: ConsoleBench;
let vm: TinyVm;
let installId: string;
let cookie: string;
let count = 0;
const pages: DiscPage[] = [];

beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(() => bench.close());

beforeEach(async () => {
  count += 1;
  installId = `xe-bd${count}`;
  mkdirSync(join(bench.dir, installId));
  vm = await startTinyVm(bench.dir, installId);
  const media = { path: vm.own, bytes: 1, sha256: 'ab', label: 'TINY', boots: ['bios' as const] };
  await bench.install(installId);
  await bench.store.update(installId, (now) => ({
    record: { ...now, facts: { ...now.facts, media } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  cookie = await bench.enter(installId);
  for (const key of await bench.redis.keys('xepa:limit:console-action:*')) await bench.redis.del(key);
  await bench.redis.del('xepa:browser-disc:of:U01ALICE');
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.cut();
  await vm.stop();
});

const post = (what: string, body: unknown, as = cookie) =>
  bench.ask(`/api/console/${installId}/${what}`, { cookie: as, body });

async function done(what: string, body: unknown): Promise<MachineView> {
  const response = await post(what, body);
  const answer = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return answer as MachineView;
}

async function state(as = cookie): Promise<PageState> {
  const response = await bench.ask(`/api/console/${installId}/state`, { cookie: as });
  return (await response.json()) as PageState;
}

async function look(): Promise<MachineView> {
  const response = await bench.ask(`/api/console/${installId}/machine`, { cookie });
  return (await response.json()) as MachineView;
}

/** A file was chosen, and may be served. */
async function choose(bytes = large): Promise<void> {
  expect((await chooseFile(bench, { installId, cookie }, { name: 'rescue.iso', bytes })).status).toBe(200);
  await letServe(bench, installId);
}

async function open(at: { url?: string; cookie?: string; installId?: string } = {}): Promise<DiscPage> {
  const page = await openDiscPage(bench, { installId, cookie, ...at }, content);
  pages.push(page);
  return page;
}

const insert = () => done('media', { action: 'insert', disc: 'browser', force: true });

/** The guest begins to read, and the page goes. */
async function readInVain(page: DiscPage): Promise<void> {
  await insert();
  page.fallSilent();
  await done('power', { action: 'boot-cd' });
  await expect.poll(() => page.asked.length, soon).toBeGreaterThan(0);
  page.cut();
  await expect.poll(async () => (await state()).browserDisc?.live, soon).toBe(false);
}

describe('a file of a browser in the drive of a real VM', () => {
  it('is booted from; of six gigabytes only what is read travels', async () => {
    await choose();
    const page = await open();
    await expect.poll(vm.said, soon).toBe('C');
    expect((await insert()).drive).toMatchObject({ disc: 'rescue.iso', trayOpen: false });
    await done('power', { action: 'boot-cd' });
    await expect.poll(vm.said, soon).toBe('CE');
    const read = page.asked.reduce((sum, { length }) => sum + length, 0);
    expect(read).toBeLessThan(4 * 1024 * 1024);
    await expect.poll(async () => (await state()).browserDisc?.read, soon).toBe(read);
    expect((await state()).browserDisc).toMatchObject({ name: 'rescue.iso', bytes: large, mine: true, live: true });
    const { acts } = (await bench.store.load(installId)).console ?? {};
    expect(acts).toMatchObject([{ what: 'serve', disc: 'rescue.iso' }, { what: 'insert' }, { what: 'boot-cd' }]);
  });

  it('goes out of it, and back in, and QEMU keeps nothing of what is not wanted', async () => {
    await choose();
    await open();
    await insert();
    expect((await done('media', { action: 'eject', force: true })).drive).toMatchObject({ disc: null });
    expect((await insert()).drive).toMatchObject({ disc: 'rescue.iso' });
    // Once more is no harm.
    expect((await insert()).drive).toMatchObject({ disc: 'rescue.iso' });
    expect((await done('media', { action: 'insert', disc: 'own', force: true })).drive).toMatchObject({
      disc: 'debian-13',
    });
    expect((await insert()).drive).toMatchObject({ disc: 'rescue.iso' });
    expect((await done('power', { action: 'installer' })).drive).toMatchObject({ disc: 'debian-13' });
  });

  it('makes the guest wait while its page is away, and the next one goes on', async () => {
    await choose();
    await readInVain(await open());
    // It is known again, and nobody is asked anew.
    const again = await chooseFile(bench, { installId, cookie }, { name: 'rescue.iso', bytes: large });
    expect(await again.json()).toEqual({ done: 'known' });
    expect(vm.said()).not.toContain('E');
    await open();
    await expect.poll(vm.said, soon).toMatch(/E$/);
  });

  it('goes on when another process takes over from one that was killed', async () => {
    await choose();
    const mortal = await startConsoleProcess(bench, { publicUrl: bench.url });
    const first = await open({ url: mortal.at });
    await insert();
    await mortal.stop('SIGKILL');
    await first.closed;
    await done('power', { action: 'boot-cd' });
    await open();
    await expect.poll(vm.said, soon).toMatch(/E$/);
  });

  it('goes on when the way to the device was cut', async () => {
    await choose();
    await open();
    await insert();
    bench.host.cut();
    await done('power', { action: 'boot-cd' }).catch(() => done('power', { action: 'boot-cd' }));
    await expect.poll(vm.said, soon).toMatch(/E$/);
  });

  it('is taken out at once, also while its page is away and the guest waits for it', async () => {
    await choose();
    await readInVain(await open());
    const { drive } = await done('media', { action: 'insert', disc: 'own', force: true });
    expect(drive).toMatchObject({ disc: 'debian-13' });
  });

  it('is one that cannot be read once the file has changed on its computer, and the guest goes on without', async () => {
    await choose();
    pages.push(await openDiscPage(bench, { installId, cookie }, () => null));
    await insert();
    await done('power', { action: 'boot-cd' });
    await expect.poll(vm.said, soon).toMatch(/D$/);
  });

  it('stays out while nobody serves it: what is in the drive stays', async () => {
    await choose();
    const refused = await post('media', { action: 'insert', disc: 'browser', force: true });
    expect([refused.status, await refused.json()]).toMatchObject([409, { message: /page has to be open/ }]);
    expect((await look()).drive).toMatchObject({ disc: 'debian-13', trayOpen: false });
  });

  it('is over once its person takes it back; the trail has how much was read', async () => {
    await choose();
    const page = await open();
    await insert();
    await done('media', { action: 'eject', force: true });
    expect((await post('browser-disc/stop', {})).status).toBe(200);
    expect(await page.closed).toBe('discOver');
    expect((await state()).browserDisc).toBeNull();
    expect((await look()).discs.map(({ id }) => id)).toEqual(['own']);
    await expect
      .poll(async () => (await bench.store.events(installId)).map(({ type }) => type), soon)
      .toContain('console-disc-served');
    const events = await bench.store.events(installId);
    const served = events.find(({ type }) => type === 'console-disc-served');
    expect(served).toMatchObject({ actor: { id: 'U01ALICE' }, detail: { name: 'rescue.iso', bytes: large } });
  });
});

describe('who may serve a file', () => {
  it('is nobody before the bot has agreed, and nobody but who asked', async () => {
    await chooseFile(bench, { installId, cookie }, { name: 'rescue.iso', bytes: large });
    expect(await (await open()).closed).toBe('screenSilent');
    await letServe(bench, installId);
    const bob = await bench.enter(installId, 'U02BOB');
    const theirs = await open({ cookie: bob });
    expect(await theirs.closed).toBe('screenSilent');
    const watcher = await bench.enter(installId, 'U03CARL', 'view');
    expect((await chooseFile(bench, { installId, cookie: watcher }, { name: 'x', bytes: 1 })).status).toBe(403);
  });

  it('keeps it from being pushed aside by somebody else, as long as their page is there', async () => {
    await choose();
    const page = await open();
    await expect.poll(async () => (await state()).browserDisc?.live, soon).toBe(true);
    const bob = await bench.enter(installId, 'U02BOB');
    const refused = await chooseFile(bench, { installId, cookie: bob }, { name: 'x.iso', bytes: 1 });
    expect([refused.status, await refused.json()]).toMatchObject([409, { message: /somebody else/ }]);
    expect((await state(bob)).browserDisc).toMatchObject({ mine: false, name: 'rescue.iso', key: '' });
    page.cut();
    await expect.poll(async () => (await state()).browserDisc?.live, soon).toBe(false);
    expect((await chooseFile(bench, { installId, cookie: bob }, { name: 'x.iso', bytes: 1 })).status).toBe(200);
  });

  it('serves one server at a time', async () => {
    await choose();
    await open();
    const other = `xe-other${count}`;
    mkdirSync(join(bench.dir, other));
    await bench.install(other);
    const there = { installId: other, cookie: await bench.enter(other) };
    await chooseFile(bench, there, { name: 'rescue.iso', bytes: large });
    await letServe(bench, other);
    expect(await (await open(there)).closed).toBe('screenSilent');
  });

  it.each([
    ['without a name', { name: ' ', bytes: 1 }],
    ['that is empty', { name: 'x', bytes: 0 }],
    ['larger than anything', { name: 'x', bytes: 2 ** 50 }],
    ['with a key that is none', { name: 'x', bytes: 1, key: 'x' }],
  ])('is refused a file %s', async (_what, file) => {
    expect((await chooseFile(bench, { installId, cookie }, file)).status).toBe(400);
    expect((await bench.store.load(installId)).browserDisc).toBeUndefined();
  });

  it('loses the line with the console: revoked is cut', async () => {
    await choose();
    const page = await open();
    await bench.tickets.revokeAll(installId);
    await bench.store.note(installId, { type: 'x', actor: { via: 'system', id: 'test' }, detail: {} });
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
    await choose();
    const page = await open();
    page.send(said);
    expect(await page.closed).toBe(reason);
  });

  it('is given up when it says nothing', async () => {
    await choose();
    const page = await open();
    await insert();
    page.fallSilent();
    await done('power', { action: 'boot-cd' });
    expect(await page.closed).toBe('unresponsive');
    await open();
    await expect.poll(vm.said, soon).toMatch(/E$/);
  }, 90_000);

  it('is replaced by a second one of the same person, and told so', async () => {
    await choose();
    const first = await open();
    const second = await open();
    expect(await first.closed).toBe('discTaken');
    await insert();
    await done('power', { action: 'boot-cd' });
    await expect.poll(vm.said, soon).toMatch(/E$/);
    expect(second.asked.length).toBeGreaterThan(0);
  });
});
