import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cancelInstall } from '../../core/decisions.ts';
import { installQueueName, queuePrefix } from '../../core/queues.ts';
import { redisOptions } from '../../core/redis.ts';
import { startFakeQmp } from '../fakes/fake-qmp.ts';
import { startFakeVnc } from '../fakes/fake-vnc.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
const servers: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await bench.close();
});

const someone = { via: 'slack', id: 'U02BOB' } as const;

async function vmOf(id: string) {
  const vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`);
  const qmp = await startFakeQmp(`${bench.dir}/${id}.qmp`);
  servers.push(vnc, qmp);
  return { vnc, qmp };
}

function post(id: string, what: string, cookie: string, body: unknown = {}): Promise<Response> {
  return bench.ask(`/api/console/${id}/${what}`, { cookie, body });
}

describe('power from the console', () => {
  it.each([
    ['acpi-shutdown', ['query-status', 'system_powerdown']],
    ['reset', ['set-action', 'system_reset', 'cont']],
  ])('turns %s into QMP and tells how things stand, with a line in the audit trail', async (action, commands) => {
    const id = `xe-pow-${action}`;
    const { qmp } = await vmOf(id);
    await bench.install(id);
    const response = await post(id, 'power', await bench.enter(id), { action });
    expect(response.status).toBe(200);
    expect(qmp.executed()).toEqual([...commands, 'query-status', 'query-block']);
    const last = (await bench.store.events(id)).at(-1);
    expect(last).toMatchObject({
      type: 'console-power',
      actor: { via: 'console', id: 'U01ALICE' },
      detail: { action },
    });
    await vi.waitFor(() => expect(bench.host.connections().open).toBe(0));
  });

  it('says plainly that the VM did not answer', async () => {
    await bench.install('xe-nopow');
    const response = await post('xe-nopow', 'power', await bench.enter('xe-nopow'), { action: 'reset' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ refused: 'screen-silent' });
  });

  it('does nothing that is not on its list', async () => {
    const { qmp } = await vmOf('xe-list');
    await bench.install('xe-list');
    expect((await post('xe-list', 'power', await bench.enter('xe-list'), { action: 'quit' })).status).toBe(400);
    expect(qmp.executed()).toEqual([]);
  });

  it('tells QEMU’s state while a screen is open, one question at a time', async () => {
    const { qmp } = await vmOf('xe-state');
    await bench.install('xe-state');
    const cookie = await bench.enter('xe-state');
    const ask = async () => (await bench.ask('/api/console/xe-state/state', { cookie })).json();
    expect(await ask()).toMatchObject({ power: null });
    const screen = await bench.screen('xe-state', { cookie });
    const answers = await Promise.all([ask(), ask(), ask()]);
    for (const answer of answers) expect(answer).toMatchObject({ power: 'running' });
    expect(qmp.executed()).toEqual(['query-status', 'query-block']);
    screen.terminate();
  });
});

describe('booting the metal from the console', () => {
  it('is decided once, wakes the worker, and ends the console', async () => {
    await bench.install('xe-metal');
    const cookie = await bench.enter('xe-metal');
    expect((await post('xe-metal', 'boot-metal', cookie)).status).toBe(200);
    const record = await bench.store.load('xe-metal');
    expect(record.decision).toMatchObject({ kind: 'boot-metal', by: { via: 'console', id: 'U01ALICE' } });
    const queue = new Queue(installQueueName, {
      connection: redisOptions(bench.redisUrl, 'producer'),
      prefix: queuePrefix,
    });
    expect(await queue.getJob('xe-metal')).toBeDefined();
    await queue.close();
    const again = await post('xe-metal', 'boot-metal', cookie);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ refused: 'ended' });
    await bench.tickets.revokeAll('xe-metal');
    const state = await bench.ask('/api/console/xe-metal/state', { cookie });
    expect(await state.json()).toMatchObject({ standing: 'ended', ending: 'boot-metal' });
  });
});

describe('who may act', () => {
  it('is nobody without session, header and Origin, and nobody once the install was cancelled', async () => {
    await bench.install('xe-who');
    const cookie = await bench.enter('xe-who');
    const path = '/api/console/xe-who/boot-metal';
    expect((await bench.ask(path, { body: {} })).status).toBe(401);
    expect((await bench.ask(path, { body: {}, cookie, headers: { 'X-Xepa': '' } })).status).toBe(400);
    expect((await bench.ask(path, { body: {}, cookie, headers: { Origin: 'https://evil.example' } })).status).toBe(403);
    await bench.store.update('xe-who', (record) => cancelInstall(record, someone, Date.now()));
    expect((await bench.ask(path, { body: {}, cookie })).status).toBe(409);
    expect((await bench.store.load('xe-who')).decision).toBeUndefined();
  });
});

describe('a console that stops', () => {
  it('tells its screens to come back', async () => {
    const own = await startConsoleBench();
    const vnc = await startFakeVnc(`${own.dir}/xe-stop.vnc`);
    await own.install('xe-stop');
    const screen = await own.screen('xe-stop', { cookie: await own.enter('xe-stop') });
    const closed = new Promise((code) => screen.once('close', code));
    await own.close();
    expect(await closed).toBe(4000);
    await vnc.close();
  });
});
