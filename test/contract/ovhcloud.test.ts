import express, { type NextFunction, type Request, type Response } from 'express';
import { describe, expect, it, type TestContext } from 'vitest';
import { createOvhcloud } from '../../worker/providers/ovhcloud/index.ts';
import { OvhBoot, OvhServer, OvhTask } from '../../worker/providers/ovhcloud/schema.ts';
import { OvhAccount } from '../fakes/ovhcloud/account.ts';
import { OvhApi } from '../fakes/ovhcloud/ovh-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';
import {
  describedIn,
  descriptionFile,
  type Exchange,
  strangers,
  unknownFields,
  valuesOf,
} from '../support/api-description.ts';
import { overhear } from '../support/overhear.ts';
import { prismBefore } from '../support/prism-before.ts';
import { requestNow } from '../worker/providers/conformance.ts';

const DESCRIPTION = 'ovh-baremetal.json';
const describedBy = (context: TestContext) => describedIn(context, DESCRIPTION);
const never = new AbortController().signal;
const NAME = 'ns321.ip-127-0-0.eu';

/** Everything that goes over the line while an install comes and goes, and what the description says against it. */
async function anInstall(description: string): Promise<{ seen: Exchange[]; violations: string[] }> {
  const seen: Exchange[] = [];
  const keys = { applicationKey: 'a', applicationSecret: 's', consumerKey: 'c' };
  const account = new OvhAccount();
  account.addServer({ name: NAME, address: '127.0.0.1', machine: new PretendMachine() });
  const api = new OvhApi({ account, keys, delayMs: 1, now: () => 1_000 });
  let called = '';
  // A signature covers the address that was called: the proxy's.
  const asCalled = (request: Request, _response: Response, next: NextFunction) => {
    request.headers.host = called;
    next();
  };
  const web = await listen(express().use(asCalled, overhear(seen), api.router));
  const prism = await prismBefore(description, `http://127.0.0.1:${web.port}`);
  called = new URL(prism.url).host;
  const ovh = createOvhcloud({ apiUrl: prism.url, ...keys, sshPort: 22, now: () => 1_000 });
  await ovh.listDevices(never);
  const entry = await requestNow(ovh, NAME);
  await ovh.enterRescue(NAME, entry, never);
  await api.settled();
  await ovh.rescueAccess(NAME, entry, never);
  await ovh.leaveRescue(NAME, { ...(await requestNow(ovh, NAME)), saved: entry.saved }, never);
  await prism.close();
  await api.close();
  await web.close();
  return { seen, violations: prism.violations };
}

describe("OVHcloud's own description of its API", () => {
  it('allows every call of the adapter and every answer of the fake', async (context) => {
    const api = describedBy(context);
    const { seen, violations } = await anInstall(descriptionFile(context, DESCRIPTION));
    const kinds = seen.map(({ method, path }) => `${method} ${path.replace(NAME, 'NAME').replace(/\d+/g, 'N')}`);
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
    expect(violations).toEqual([]);
    expect(seen.flatMap((exchange) => unknownFields(api, exchange))).toEqual([]);
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
