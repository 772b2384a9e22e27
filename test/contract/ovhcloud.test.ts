import express from 'express';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { createOvhcloud } from '../../worker/providers/ovhcloud/index.ts';
import { OvhBoot, OvhServer, OvhTask } from '../../worker/providers/ovhcloud/schema.ts';
import { OvhAccount } from '../fakes/ovhcloud/account.ts';
import { OvhApi } from '../fakes/ovhcloud/ovh-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';
import { describedIn, type Exchange, faultsOfExchange, strangers, valuesOf } from '../support/api-description.ts';
import { overhear } from '../support/overhear.ts';
import { requestNow } from '../worker/providers/conformance.ts';

// Reading a long description takes a busy machine a while.
vi.setConfig({ testTimeout: 30_000 });
const describedBy = (context: TestContext) => describedIn(context, 'ovh-baremetal.json');
const never = new AbortController().signal;
const NAME = 'ns321.ip-127-0-0.eu';

/** Everything that goes over the line while an install comes and goes. */
async function exchangesOfAnInstall(): Promise<Exchange[]> {
  const seen: Exchange[] = [];
  const keys = { applicationKey: 'a', applicationSecret: 's', consumerKey: 'c' };
  const account = new OvhAccount();
  account.addServer({ name: NAME, address: '127.0.0.1', machine: new PretendMachine() });
  const api = new OvhApi({ account, keys, delayMs: 1, now: () => 1_000 });
  const web = await listen(express().use(overhear(seen), api.router));
  const ovh = createOvhcloud({ apiUrl: `http://127.0.0.1:${web.port}`, ...keys, sshPort: 22, now: () => 1_000 });
  await ovh.listDevices(never);
  const entry = await requestNow(ovh, NAME);
  await ovh.enterRescue(NAME, entry, never);
  await api.settled();
  await ovh.rescueAccess(NAME, entry, never);
  await ovh.leaveRescue(NAME, { ...(await requestNow(ovh, NAME)), saved: entry.saved }, never);
  await api.close();
  await web.close();
  return seen;
}

describe("OVHcloud's own description of its API", () => {
  it('allows every call of the adapter and every answer of the fake', async (context) => {
    const api = describedBy(context);
    const exchanges = await exchangesOfAnInstall();
    const kinds = exchanges.map(({ method, path }) => `${method} ${path.replace(NAME, 'NAME').replace(/\d+/g, 'N')}`);
    expect([...new Set(kinds)].toSorted()).toEqual([
      'GET /dedicated/server',
      'GET /dedicated/server/NAME',
      'GET /dedicated/server/NAME/boot',
      'GET /dedicated/server/NAME/boot/N',
      'GET /dedicated/server/NAME/task',
      'GET /dedicated/server/NAME/task/N',
      'POST /dedicated/server/NAME/reboot',
      'PUT /dedicated/server/NAME',
    ]);
    expect(exchanges.flatMap((exchange) => faultsOfExchange(api, exchange))).toEqual([]);
  });

  it('has every field that the adapter reads', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    const found = [
      ...strangers(api, OvhServer, schemas['dedicated.server.DedicatedWithIAM'], 'server'),
      ...strangers(api, OvhBoot, schemas['dedicated.server.Netboot'], 'boot'),
      ...strangers(api, OvhTask, schemas['dedicated.server.Task'], 'task'),
    ];
    expect(found).toEqual([]);
  });

  it('knows the values that the adapter tells apart', (context) => {
    const api = describedBy(context);
    const values = (name: string) => valuesOf(api, api.components.schemas[name]);
    expect(values('dedicated.server.StateEnum')).toContain('ok');
    expect(values('dedicated.server.PowerStateEnum')).toContain('poweroff');
    expect(values('dedicated.server.BootTypeEnum')).toEqual(expect.arrayContaining(['harddisk', 'rescue']));
    expect(values('dedicated.TaskFunctionEnum')).toContain('hardReboot');
    const statuses = ['cancelled', 'customerError', 'ovhError', 'init', 'todo', 'doing'];
    expect(values('dedicated.TaskStatusEnum')).toEqual(expect.arrayContaining(statuses));
  });
});
