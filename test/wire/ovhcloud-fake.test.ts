import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signature } from '../../worker/providers/ovhcloud/client.ts';
import { OvhAccount, type OvhServer } from '../fakes/ovhcloud/account.ts';
import { OvhApi } from '../fakes/ovhcloud/ovh-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';

const keys = { applicationKey: 'ak', applicationSecret: 'as', consumerKey: 'ck' };
const NOW = 1_790_000_000;

let account: OvhAccount;
let machine: PretendMachine;
let server: OvhServer;
let api: OvhApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];

beforeEach(async () => {
  account = new OvhAccount();
  machine = new PretendMachine();
  admitted = ['before'];
  server = account.addServer({
    ...{ name: 'ns1.eu', address: '127.0.77.1', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  api = new OvhApi({ account, keys, delayMs: 1, now: () => NOW * 1_000 });
  served = await serveFake(api, machine, '/1.0');
});
afterEach(() => served.close());

async function call(
  method: string,
  path: string,
  body?: object,
  given: { seconds?: number; consumerKey?: string } = {},
) {
  const { seconds = NOW, consumerKey = keys.consumerKey } = given;
  const url = `${served.url}${path}`;
  const sent = body ? JSON.stringify(body) : '';
  const access = { ...keys, consumerKey, apiUrl: '', now: () => 0 };
  const headers = {
    'X-Ovh-Application': keys.applicationKey,
    'X-Ovh-Consumer': consumerKey,
    'X-Ovh-Timestamp': String(seconds),
    'X-Ovh-Signature': signature(access, { method, url, body: sent, seconds }),
    'Content-Type': 'application/json',
  };
  const response = await fetch(url, { method, headers, ...(body ? { body: sent } : {}) });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
}

describe("the fake of OVHcloud's API", () => {
  it('lets only signed calls of its keys in, of about now, and tells the time to everybody', async () => {
    expect((await call('GET', '/dedicated/server')).body).toEqual(['ns1.eu']);
    const late = await call('GET', '/dedicated/server', undefined, { seconds: NOW - 301 });
    expect(late).toMatchObject({ status: 400, body: { errorCode: 'QUERY_TIME_OUT' } });
    const stranger = await call('GET', '/dedicated/server', undefined, { consumerKey: 'other' });
    expect(stranger).toMatchObject({ status: 403, body: { errorCode: 'INVALID_CREDENTIAL' } });
    const time = await fetch(`${served.url}/auth/time`);
    expect(await time.json()).toBe(NOW);
  });

  it('finds a signature wrong that is over something else', async () => {
    const url = `${served.url}/dedicated/server`;
    const names = { 'X-Ovh-Application': 'ak', 'X-Ovh-Consumer': 'ck', 'X-Ovh-Timestamp': String(NOW) };
    const response = await fetch(url, { headers: { ...names, 'X-Ovh-Signature': '$1$0000' } });
    expect([response.status, await response.json()]).toMatchObject([400, { errorCode: 'INVALID_SIGNATURE' }]);
  });

  it('boots what is chosen, each time, until something else is chosen', async () => {
    await call('PUT', '/dedicated/server/ns1.eu', { bootId: 1122, rescueSshKey: 'ssh-ed25519 AAAA me' });
    for (const expected of [['rescue'], ['rescue', 'rescue']]) {
      await call('POST', '/dedicated/server/ns1.eu/reboot');
      await api.settled();
      expect(machine.starts).toEqual(expected);
      expect(admitted).toEqual(['ssh-ed25519 AAAA me']);
    }
    await call('PUT', '/dedicated/server/ns1.eu', { bootId: 1, rescueSshKey: null });
    await call('POST', '/dedicated/server/ns1.eu/reboot');
    await api.settled();
    expect([machine.starts.at(-1), admitted]).toEqual(['disk', []]);
  });

  it('keeps a task for each reboot, which is done when the machine has restarted, or came to nothing', async () => {
    const boot = machine.hold();
    const { body: task } = await call('POST', '/dedicated/server/ns1.eu/reboot');
    expect(task).toMatchObject({ function: 'hardReboot', status: 'todo' });
    boot();
    await api.settled();
    const read = async () => (await call('GET', `/dedicated/server/ns1.eu/task/${task.taskId}`)).body.status;
    expect(await read()).toBe('done');
    server.failsToRestart = true;
    const { body: second } = await call('POST', '/dedicated/server/ns1.eu/reboot');
    await api.settled();
    const failed = await call('GET', '/dedicated/server/ns1.eu/task?function=hardReboot&status=ovhError');
    expect(failed.body).toEqual([second.taskId]);
    expect(machine.starts).toEqual(['disk']);
  });

  it('refuses settings that it does not have, and boots that are not offered, and changes nothing then', async () => {
    const before = { ...server.settings };
    for (const wish of [{ colour: 'red' }, { bootId: 99 }, { monitoring: 'no' }]) {
      expect((await call('PUT', '/dedicated/server/ns1.eu', wish)).status).toBe(400);
    }
    expect(server.settings).toEqual(before);
    expect((await call('GET', '/dedicated/server/ns2.eu')).status).toBe(404);
  });
});
