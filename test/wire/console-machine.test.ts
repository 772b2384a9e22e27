import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectQmp } from '../../core/qmp.ts';
import type { MachineView } from '../../web-console/machine-contract.ts';
import { keepDiskFirst } from '../../worker/steps/boot-order.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { startTinyVm, type TinyVm } from '../support/tiny-vm.ts';

let bench: ConsoleBench;
let vm: TinyVm;
let id: string;
let cookie: string;
let count = 0;
const soon = { timeout: 15_000, interval: 100 };

beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(() => bench.close());

beforeEach(async () => {
  count += 1;
  id = `xe-vm${count}`;
  vm = await startTinyVm(bench.dir, id);
  const media = { path: vm.own, bytes: 1, sha256: 'ab', label: 'TINY', boots: ['bios' as const] };
  const record = await bench.install(id);
  await bench.store.update(id, (now) => ({
    record: { ...now, facts: { ...record.facts, media } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  cookie = await bench.enter(id);
  // The limit of a person's actions is a test of its own.
  await bench.redis.del('xepa:limit:console-action:U01ALICE');
});
afterEach(() => vm.stop());

function post(what: string, body: unknown): Promise<Response> {
  return bench.ask(`/api/console/${id}/${what}`, { cookie, body });
}

async function done(what: string, body: unknown): Promise<MachineView> {
  const response = await post(what, body);
  const answer = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return answer as MachineView;
}

async function look(): Promise<MachineView> {
  const response = await bench.ask(`/api/console/${id}/machine`, { cookie });
  return (await response.json()) as MachineView;
}

/** What the worker does at each of its looks, here some time later. Twice, because it looks again and again. */
async function attended(): Promise<void> {
  const record = await bench.store.load(id);
  const qmp = await connectQmp(connect(record.facts.launch?.qmpConsole ?? ''));
  await keepDiskFirst(qmp, record, Date.now() + 60_000);
  await keepDiskFirst(qmp, record, Date.now() + 60_000);
  qmp.close();
}

async function lastEvents(many: number) {
  return (await bench.store.events(id)).slice(-many).map(({ type, detail, actor }) => ({ type, detail, by: actor.id }));
}

describe('the CD drive of a real VM', () => {
  it('shows what is in it, gives the disc out once the guest lets go, and takes it again', async () => {
    // The system that is on the disk locks no tray.
    await done('power', { action: 'boot-disk' });
    await expect.poll(vm.said, soon).toMatch(/D$/);
    expect(await look()).toEqual({
      power: 'running',
      drive: { trayOpen: false, held: false, disc: 'debian-13' },
      discs: [{ id: 'own', name: 'debian-13', inDrive: true }],
      fetch: null,
    });
    const empty = await done('media', { action: 'eject' });
    expect(empty.drive).toEqual({ trayOpen: true, held: false, disc: null });
    const full = await done('media', { action: 'insert', disc: 'own' });
    expect(full.drive).toEqual({ trayOpen: false, held: false, disc: 'debian-13' });
    expect(await lastEvents(2)).toEqual([
      { type: 'console-media', detail: { action: 'eject' }, by: 'U01ALICE' },
      { type: 'console-media', detail: { action: 'insert', disc: 'debian-13' }, by: 'U01ALICE' },
    ]);
  });

  it('is not opened against a system that holds its disc, except by force', async () => {
    await expect.poll(vm.said, soon).toBe('C');
    await expect.poll(async () => (await look()).drive?.held, soon).toBe(true);
    const refused = await post('media', { action: 'eject' });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      refused: 'disc-held',
      message: expect.stringContaining('holds the disc'),
    });
    expect((await look()).drive).toMatchObject({ disc: 'debian-13' });
    expect((await done('media', { action: 'eject', force: true })).drive).toMatchObject({ disc: null });
    expect((await lastEvents(1))[0]?.detail).toEqual({ action: 'eject', force: true });
  });

  it('says so when the disc does not lie on the server', async () => {
    const refused = await post('media', { action: 'insert', disc: 'other' });
    expect([refused.status, await refused.json()]).toMatchObject([409, { message: /not on the server/ }]);
  });
});

describe('another ISO at a real VM', () => {
  const fetched = { name: 'drivers.iso', bytes: 1, sha256: 'ab', why: '', state: 'ready' as const };

  it('makes room for the next one only once it is out of the drive', async () => {
    expect((await post('disc', { iso: 'drivers' })).status).toBe(200);
    await bench.store.update(id, (now) => ({
      record: { ...now, facts: { ...now.facts, otherDisc: { ...fetched, n: 1, path: vm.other } } },
      note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    expect((await done('media', { action: 'insert', disc: 'other', force: true })).drive).toMatchObject({
      disc: 'drivers.iso',
    });
    const refused = await post('disc', { iso: 'more-drivers' });
    expect([refused.status, await refused.json()]).toMatchObject([409, { message: expect.stringMatching(/Eject it/) }]);
    const upload = await post('upload', { name: 'more.iso', bytes: 9, key: 'ab'.repeat(32) });
    expect([upload.status, await upload.json()]).toMatchObject([409, { message: expect.stringMatching(/Eject it/) }]);
    await done('media', { action: 'eject', force: true });
    expect((await post('disc', { iso: 'more-drivers' })).status).toBe(200);
    expect((await bench.store.load(id)).discWish).toMatchObject({ n: 2, typed: 'more-drivers', verdict: 'asked' });
    // Whatever becomes of the second wish, the first disc is no more.
    expect((await post('media', { action: 'insert', disc: 'other' })).status).toBe(409);
  });

  it.each([
    ['an address with a password', { iso: 'https://me:hunter2@example.org/a.iso' }],
    ['a digest that is none', { iso: 'drivers', sha256: 'xyz' }],
    ['nothing', { iso: ' ' }],
  ])('is refused for %s, and nothing of that is written down', async (_what, body) => {
    expect((await post('disc', body)).status).toBe(400);
    const record = await bench.store.load(id);
    expect(record.discWish).toBeUndefined();
    expect(JSON.stringify([record, await bench.store.events(id)])).not.toContain('hunter2');
  });
});

describe('the power of a real VM', () => {
  it('is paused and resumed, and a paused system is not asked to shut down', async () => {
    expect((await done('power', { action: 'pause' })).power).toBe('paused');
    const deaf = await post('power', { action: 'acpi-shutdown' });
    expect([deaf.status, await deaf.json()]).toMatchObject([409, { message: expect.stringMatching(/paused/) }]);
    expect((await done('power', { action: 'resume' })).power).toBe('running');
  });

  it('goes off by ACPI when the system listens', async () => {
    await expect.poll(vm.said, soon).toBe('C');
    expect((await done('power', { action: 'acpi-shutdown' })).power).toMatch(/running|off/);
    await expect.poll(async () => (await look()).power, soon).toBe('off');
  });

  it('is forced off only under the name of the device, stays so, and comes on again from the start', async () => {
    await expect.poll(vm.said, soon).toBe('C');
    expect((await post('power', { action: 'off' })).status).toBe(400);
    expect((await post('power', { action: 'off', device: 'web-08' })).status).toBe(400);
    expect((await look()).power).toBe('running');
    expect((await done('power', { action: 'off', device: 'web-07' })).power).toBe('off');
    expect((await done('power', { action: 'on' })).power).toBe('running');
    await expect.poll(vm.said, soon).toBe('CC');
  });
});

describe('where a real VM starts from', () => {
  it('is the CD once, and then again the disk, which the worker sees to', async () => {
    await expect.poll(vm.said, soon).toBe('C');
    await done('power', { action: 'boot-disk' });
    await expect.poll(vm.said, soon).toBe('CD');
    await done('power', { action: 'boot-cd' });
    await expect.poll(vm.said, soon).toBe('CDC');
    await attended();
    await done('power', { action: 'reset' });
    await expect.poll(vm.said, soon).toBe('CDCD');
  });

  it('is the installer again, whatever has become of its disc', async () => {
    await expect.poll(vm.said, soon).toBe('C');
    await done('media', { action: 'eject', force: true });
    const empty = await post('power', { action: 'boot-cd' });
    expect([empty.status, await empty.json()]).toMatchObject([409, { message: expect.stringMatching(/no disc/) }]);
    const view = await done('power', { action: 'installer' });
    expect(view).toMatchObject({ power: 'running', drive: { disc: 'debian-13' } });
    await expect.poll(vm.said, soon).toBe('CC');
  });
});

describe('who only watches', () => {
  it('sees the drive and changes nothing; the try is on the audit trail', async () => {
    cookie = await bench.enter(id, 'U02BOB', 'view');
    expect(await look()).toMatchObject({ power: 'running' });
    expect((await post('media', { action: 'eject' })).status).toBe(403);
    expect((await post('disc', { iso: 'drivers' })).status).toBe(403);
    expect((await look()).drive).toMatchObject({ disc: 'debian-13' });
    expect((await lastEvents(2)).map(({ type, detail, by }) => [type, detail.what, by])).toEqual([
      ['refused', 'console-media', 'U02BOB'],
      ['refused', 'console-disc', 'U02BOB'],
    ]);
  });
});

it('tells the thread what was done, by whom, the newest last', async () => {
  await done('power', { action: 'pause' });
  await done('media', { action: 'eject', force: true });
  const { acts } = (await bench.store.load(id)).console ?? {};
  expect(acts).toMatchObject([
    { n: 1, what: 'pause', by: { via: 'console', id: 'U01ALICE' } },
    { n: 2, what: 'eject' },
  ]);
});
