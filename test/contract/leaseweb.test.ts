import express from 'express';
import { describe, expect, it, type TestContext } from 'vitest';
import { createLeaseweb } from '../../worker/providers/leaseweb/index.ts';
import {
  ImagePage,
  JobPage,
  LeasewebError,
  LeasewebJob,
  LeasewebPower,
  LeasewebServer,
  LoginPage,
  ServerPage,
} from '../../worker/providers/leaseweb/schema.ts';
import type { ResetLedger } from '../../worker/providers/reset-ledger.ts';
import { LeasewebAccount } from '../fakes/leaseweb/account.ts';
import { LeasewebApi } from '../fakes/leaseweb/leaseweb-api.ts';
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

const DESCRIPTION = 'leaseweb-dedicatedserver.yaml';
const describedBy = (context: TestContext) => describedIn(context, DESCRIPTION);
const never = new AbortController().signal;
const ID = '12345';

const noResets: ResetLedger = {
  count: async () => 0,
  since: async () => 'none',
  room: async () => undefined,
  take: async () => undefined,
  heard: async () => undefined,
  refused: async () => undefined,
};

/** Everything that goes over the line while installs come and go: one with a rescue that does not report back, one that leaves its server off; and what the description says against it. */
async function installs(description: string): Promise<{ seen: Exchange[]; violations: string[] }> {
  const seen: Exchange[] = [];
  const account = new LeasewebAccount(() => 1_790_000_000_000);
  const machine = new PretendMachine();
  const server = account.addServer({ id: ID, address: '127.0.0.1', machine });
  const api = new LeasewebApi({ account, apiKey: 'k', delayMs: 1 });
  const web = await listen(express().use(overhear(seen), api.router));
  const prism = await prismBefore(description, `http://127.0.0.1:${web.port}`);
  const lsw = createLeaseweb({
    apiUrl: prism.url,
    apiKey: 'k',
    sshPort: 22,
    resets: noResets,
    readHostKey: async () => null,
  });
  await lsw.listDevices(never);
  for (const neverReports of [true, false]) {
    server.neverReports = neverReports;
    const entry = await requestNow(lsw, ID);
    await lsw.enterRescue(ID, entry, never);
    await api.settled();
    await lsw.rescueAccess(ID, entry, never);
    if (!neverReports) await machine.powerOff();
    await lsw.leaveRescue(ID, { ...(await requestNow(lsw, ID)), saved: entry.saved }, never);
    await api.settled();
  }
  await lsw.getServer('0', never).catch(() => undefined);
  await prism.close();
  await api.close();
  await web.close();
  return { seen, violations: prism.violations };
}

describe("Leaseweb's own description of its API", () => {
  it('allows every call of the adapter and every answer of the fake', async (context) => {
    const api = describedBy(context);
    const { seen, violations } = await installs(descriptionFile(context, DESCRIPTION));
    const kinds = seen.map(({ method, path }) => `${method} ${path.replace(/\/\d+/, '/N')}`);
    expect([...new Set(kinds)].toSorted()).toEqual([
      'GET /rescueImages',
      'GET /servers',
      'GET /servers/N',
      'GET /servers/N/credentials/RESCUE_MODE',
      'GET /servers/N/jobs',
      'GET /servers/N/powerInfo',
      'POST /servers/N/expireActiveJob',
      'POST /servers/N/powerCycle',
      'POST /servers/N/powerOn',
      'POST /servers/N/rescueMode',
    ]);
    expect(violations).toEqual([]);
    expect(seen.flatMap((exchange) => unknownFields(api, exchange))).toEqual([]);
  });

  it('has every field that the adapter reads', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    const found = [
      ...strangers(api, LeasewebServer, schemas.server, 'server'),
      ...strangers(api, ServerPage, schemas.getServerListResult, 'servers'),
      ...strangers(api, LeasewebJob, schemas.job, 'job'),
      ...strangers(api, JobPage, schemas.jobList, 'jobs'),
      ...strangers(api, ImagePage, schemas.getRescueImageListResult, 'images'),
      ...strangers(api, LoginPage, schemas.credentialList, 'logins'),
      ...strangers(api, LeasewebPower, schemas.getPowerStatusResult, 'power'),
      ...strangers(api, LeasewebError, schemas.errorResult, 'error'),
    ];
    expect(found).toEqual([]);
  });

  it('knows the values that the adapter tells apart, and the page that it asks for', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    expect(valuesOf(api, schemas.jobType)).toContain('rescueMode');
    expect(valuesOf(api, schemas.credentialType)).toContain('RESCUE_MODE');
    const asked = JSON.stringify(api.paths['/rescueImages']?.get);
    for (const name of ['limit', 'offset', 'chassis']) expect(asked).toContain(`"name":"${name}"`);
  });
});
