import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { kinds, readEntries } from '../../web-console/recordings/entries.ts';
import { readPart, survey } from '../../web-console/recordings/survey.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { startConsoleBench } from '../support/console-bench.ts';
import { chunkStarts, reading, shake } from '../support/recording-rig.ts';
import { type RecordingStage, recorded, startRecordingStage } from '../support/recording-stage.ts';

let stage: RecordingStage;
const servers: FakeVnc[] = [];
beforeAll(async () => {
  stage = await startRecordingStage();
}, 60_000);
afterAll(async () => {
  for (const server of servers) await server.close();
  await stage.bench.close();
  rmSync(stage.folder, { recursive: true, force: true });
});

async function vncOf(dir: string, id: string, mode: 'still' | 'flood' = 'still'): Promise<FakeVnc> {
  const vnc = await startFakeVnc(`${dir}/${id}.vnc`, { mode });
  servers.push(vnc);
  return vnc;
}

/** A recorded install, and somebody at its screen. */
async function open(id: string, mode?: 'still' | 'flood') {
  const vnc = await vncOf(stage.bench.dir, id, mode);
  await stage.bench.install(id, recorded);
  return { vnc, ...(await watch(id)) };
}

async function watch(id: string) {
  const seen: Buffer[] = [];
  const cookie = await stage.bench.enter(id);
  const onMessage = (data: Buffer, isBinary: boolean) => void (isBinary && seen.push(data));
  const socket = await stage.bench.screen(id, { cookie, onMessage });
  return { cookie, socket, seen: () => Buffer.concat(seen) };
}

const left = async (socket: WebSocket) => {
  socket.close();
  await once(socket, 'close');
};

const fileOf = (id: string, recording: string) => join(stage.folder, id, `${recording}.xrec`);

async function playOf(id: string, recording: string, cookie: string): Promise<Response> {
  return stage.bench.ask(`/api/recordings/${id}/${recording}/play`, { body: {}, cookie });
}

async function refusedAs(response: Response): Promise<unknown> {
  return JSON.parse(await response.text()).refused;
}

describe('a recorded console', () => {
  it('has on the disk what the browser saw, byte for byte, and not what was typed', async () => {
    const { socket, vnc, seen } = await open('xe-rec01');
    socket.send(Buffer.concat([shake, Buffer.from([4, 1, 0, 0, 0, 0, 0, 0x70])]));
    await vi.waitFor(() => expect(vnc.received()).toHaveLength(8));
    await vi.waitFor(() => expect(seen().subarray(-4).toString()).toBe('fake'));
    await left(socket);
    const [id = ''] = await stage.made('xe-rec01');
    await reading(fileOf('xe-rec01', id), async (reel) => {
      const found = await survey(reel);
      expect(found).toMatchObject({ end: 'left', spoilt: false });
      const [part] = found.parts;
      const entries = [...readEntries((part && (await readPart(reel, part))) ?? Buffer.alloc(0))];
      const screen = entries.filter(({ kind }) => kind === kinds.screen).map(({ bytes }) => bytes);
      expect(Buffer.concat(screen)).toEqual(seen());
      const marks = entries.filter(({ kind }) => kind === kinds.key);
      expect(marks.map(({ bytes }) => bytes.length)).toEqual([0]);
    });
    expect(await stage.told('xe-rec01', 'recording-started')).toMatchObject([
      { actor: { id: 'U01ALICE' }, detail: { recording: id, right: 'control' } },
    ]);
  });

  it('is recorded once for each who looks, and an install that is not to be recorded not at all', async () => {
    const first = await open('xe-rec02');
    const second = await watch('xe-rec02');
    await left(first.socket);
    await left(second.socket);
    expect(await stage.made('xe-rec02')).toHaveLength(2);
    await vncOf(stage.bench.dir, 'xe-rec03');
    await stage.bench.install('xe-rec03');
    await left((await watch('xe-rec03')).socket);
    expect(await stage.index.list('xe-rec03')).toEqual([]);
    expect(stage.files('xe-rec03')).toEqual([]);
  });

  it('does not open where there is no place for recordings, says why, and nothing reaches the VM', async () => {
    const other = await startConsoleBench();
    try {
      const vnc = await vncOf(other.dir, 'xe-rec04');
      await other.install('xe-rec04', recorded);
      const cookie = await other.enter('xe-rec04');
      const outcome = await other.screen('xe-rec04', { cookie }).catch((error: unknown) => error);
      expect(outcome).toMatchObject({
        status: 4014,
        code: 'unrecorded',
        message: 'This console has to be recorded, and XEPA_RECORDINGS_DIR is not set. Tell whoever runs XEPA.',
      });
      expect(vnc.received()).toHaveLength(0);
      await vi.waitFor(() => expect(vnc.open()).toBe(0));
    } finally {
      await other.close();
    }
  });

  it('does not open where something else has the name of its folder', async () => {
    writeFileSync(join(stage.folder, 'xe-rec05'), 'in the way');
    await vncOf(stage.bench.dir, 'xe-rec05');
    await stage.bench.install('xe-rec05', recorded);
    const cookie = await stage.bench.enter('xe-rec05');
    const outcome = await stage.bench.screen('xe-rec05', { cookie }).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'unrecorded', message: expect.stringContaining('cannot be now') });
    rmSync(join(stage.folder, 'xe-rec05'));
    const { socket } = await watch('xe-rec05');
    await left(socket);
  });
});

/** A disk of its own needs root. */
describe.skipIf(process.getuid?.() !== 0)('a disk for recordings', () => {
  it('that is full closes the screen at once, and the next one does not open', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'xepa-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=250m', 'none', disk]);
    const full = await startRecordingStage(disk);
    try {
      await vncOf(full.bench.dir, 'xe-full', 'flood');
      await full.bench.install('xe-full', recorded);
      const cookie = await full.bench.enter('xe-full');
      const socket = await full.bench.screen('xe-full', { cookie });
      const closed = once(socket, 'close');
      execFileSync('fallocate', ['-l', '249m', join(disk, 'filler')]);
      socket.send(shake);
      const [code, text] = await closed;
      expect([code, String(text)]).toEqual([4014, expect.stringContaining('its recording broke off')]);
      const [id] = await full.made('xe-full');
      expect(await full.told('xe-full', 'recording-failed')).toMatchObject([{ detail: { recording: id } }]);
      const again = await full.bench.screen('xe-full', { cookie }).catch((error: unknown) => error);
      expect(again).toMatchObject({ code: 'unrecorded', message: expect.stringContaining('its disk is full') });
    } finally {
      await full.bench.close();
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    }
  }, 60_000);
});

describe('a link to a recording', () => {
  let [mine, other] = ['', ''];
  beforeAll(async () => {
    for (const id of ['xe-play1', 'xe-play2']) {
      const { socket } = await open(id);
      socket.send(shake);
      await left(socket);
    }
    [mine = ''] = await stage.made('xe-play1');
    [other = ''] = await stage.made('xe-play2');
  });

  it('plays that recording, and each time is written down', async () => {
    const cookie = await stage.enter('xe-play1', mine);
    expect(cookie).toMatch(/^xepa-player-loopback=/);
    const response = await playOf('xe-play1', mine, cookie);
    expect(response.status).toBe(200);
    const view = JSON.parse(await response.text());
    expect(view).toMatchObject({ install: 'xe-play1', recording: mine, end: 'left', spoilt: false, goesOn: false });
    const [{ index, offset, chunks }] = view.parts;
    const query = `index=${index}&offset=${offset}&chunks=${chunks}`;
    const part = await stage.bench.ask(`/api/recordings/xe-play1/${mine}/part?${query}`, { cookie });
    expect(part.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await part.arrayBuffer()).includes('RFB 003.008')).toBe(true);
    expect(await stage.told('xe-play1', 'recording-played')).toMatchObject([
      { actor: { via: 'console', id: 'U02BOB' }, detail: { recording: mine } },
    ]);
  });

  it('plays no other one, of whatever install, nor any part of it', async () => {
    const cookie = await stage.enter('xe-play1', mine);
    for (const [install, recording] of [
      ['xe-play2', other],
      ['xe-play1', other],
      ['xe-play2', mine],
      ['..%2fxe-play2', other],
    ] as const) {
      const played = await playOf(install, recording, cookie);
      expect([played.status, await refusedAs(played)]).toEqual([401, 'other-recording']);
      const path = `/api/recordings/${install}/${recording}/part?index=0&offset=0&chunks=1`;
      expect((await stage.bench.ask(path, { cookie })).status).toBe(401);
    }
    expect(await stage.told('xe-play2', 'recording-played')).toEqual([]);
  });

  it('opens once, and no console; a console’s link and cookie play nothing, also of who has the keyboard', async () => {
    const ticket = await stage.link('xe-play1', mine);
    const redeem = (path: string, body: object) => stage.bench.ask(path, { body });
    const asConsole = await redeem('/api/console/exchange', { ticket });
    expect([asConsole.status, await refusedAs(asConsole)]).toEqual([400, 'bad-link']);
    expect((await redeem('/api/recordings/exchange', { ticket })).status).toBe(200);
    const again = await redeem('/api/recordings/exchange', { ticket });
    expect([again.status, await refusedAs(again)]).toEqual([410, 'used-link']);
    for (const right of ['view', 'control'] as const) {
      const console = await stage.bench.ticket('xe-play1', 'U01ALICE', right);
      expect((await redeem('/api/recordings/exchange', { ticket: console })).status).toBe(400);
      const cookie = await stage.bench.enter('xe-play1', 'U01ALICE', right);
      expect((await playOf('xe-play1', mine, cookie)).status).toBe(401);
      const secret = cookie.split('=')[1] ?? '';
      expect((await playOf('xe-play1', mine, `xepa-player-loopback=${secret}`)).status).toBe(401);
    }
  });

  it('is of no use to a foreign page', async () => {
    const cookie = await stage.enter('xe-play1', mine);
    const headers = { Origin: 'https://evil.example' };
    for (const path of ['exchange', `xe-play1/${mine}/play`]) {
      const response = await stage.bench.ask(`/api/recordings/${path}`, { body: {}, cookie, headers });
      expect(response.status).toBe(403);
    }
  });

  it('keeps what the browser could play before, under a new secret', async () => {
    const first = await stage.enter('xe-play1', mine);
    const ticket = await stage.link('xe-play2', other);
    const response = await stage.bench.ask('/api/recordings/exchange', { body: { ticket }, cookie: first });
    const second = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(second).not.toBe(first);
    expect((await playOf('xe-play1', mine, second)).status).toBe(200);
    expect((await playOf('xe-play2', other, second)).status).toBe(200);
    expect((await playOf('xe-play1', mine, first)).status).toBe(401);
  });

  it.each([
    'index=1&offset=0&chunks=1',
    'index=0&offset=7&chunks=1',
    'index=-1&offset=0&chunks=1',
    'index=0',
    'chunks=x',
  ])('gives nothing at %s', async (query) => {
    const cookie = await stage.enter('xe-play1', mine);
    const response = await stage.bench.ask(`/api/recordings/xe-play1/${mine}/part?${query}`, { cookie });
    expect([response.status, await refusedAs(response)]).toEqual([400, 'bad-request']);
  });

  it('plays nothing any more once the browser has signed out of its consoles', async () => {
    const cookie = await stage.enter('xe-play1', mine);
    const both = `${cookie}; ${await stage.bench.enter('xe-play1')}`;
    expect((await playOf('xe-play1', mine, cookie)).status).toBe(200);
    const response = await stage.bench.ask('/api/console/sign-out', { body: {}, cookie: both });
    const lines = response.headers.getSetCookie().map((line) => line.replace(/ .*; /, ' … '));
    expect(lines).toEqual(['xepa-loopback=; … Max-Age=0', 'xepa-player-loopback=; … Max-Age=0']);
    expect((await playOf('xe-play1', mine, cookie)).status).toBe(401);
  });

  it('gives no chunk that stands under another number', async () => {
    const cookie = await stage.enter('xe-play1', mine);
    const [first] = chunkStarts(fileOf('xe-play1', mine));
    const path = `/api/recordings/xe-play1/${mine}/part?chunks=1&offset=${first}&index=`;
    expect((await stage.bench.ask(`${path}0`, { cookie })).status).toBe(200);
    expect((await stage.bench.ask(`${path}1`, { cookie })).status).toBe(400);
  });

  it('says so when the recording is gone', async () => {
    const cookie = await stage.enter('xe-play2', other);
    rmSync(fileOf('xe-play2', other));
    const response = await playOf('xe-play2', other, cookie);
    expect([response.status, await refusedAs(response)]).toEqual([404, 'no-recording']);
  });
});
