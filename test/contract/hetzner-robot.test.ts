import express from 'express';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { createHetznerRobot } from '../../worker/providers/hetzner-robot/index.ts';
import { RobotKey, RobotRescue, RobotReset, RobotServer } from '../../worker/providers/hetzner-robot/schema.ts';
import type { ResetLedger } from '../../worker/providers/reset-ledger.ts';
import { RobotAccount } from '../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../fakes/hetzner-robot/robot-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';
import {
  describedIn,
  type Exchange,
  faultsOf,
  faultsOfExchange,
  fieldsOf,
  strangers,
  valuesOf,
} from '../support/api-description.ts';
import { overhear } from '../support/overhear.ts';
import { installKey, requestNow } from '../worker/providers/conformance.ts';

// Reading a long description takes a busy machine a while.
vi.setConfig({ testTimeout: 30_000 });
const describedBy = (context: TestContext) => describedIn(context, 'hetzner-robot.yaml');
const never = new AbortController().signal;

/** Where the description, which is not the provider's own, is known to be narrower than the service. */
const knownGaps = [/\.rescue\.password is null$/, /\.boot\.(windows|plesk|cpanel) is null$/];

/** A ledger for one device, in memory. */
function memoryLedger(): ResetLedger {
  let asked = 0;
  return {
    count: async () => asked,
    since: async (_device, known) => (asked > known ? 'heard' : 'none'),
    room: async () => undefined,
    take: async () => {
      asked += 1;
    },
    heard: async () => undefined,
    refused: async () => undefined,
  };
}

/** Everything that goes over the line while an install comes and goes. */
async function exchangesOfAnInstall(): Promise<Exchange[]> {
  const seen: Exchange[] = [];
  const account = new RobotAccount(() => 0);
  const machine = new PretendMachine();
  const hostKeys = async () => ['SHA256:of-this-boot'];
  const server = account.addServer({ number: 321, name: 'web-01', address: '127.0.0.1', machine, hostKeys });
  const api = new RobotApi({ account, user: 'u', password: 'p', delayMs: 1, now: () => 0 });
  const web = await listen(express().use(overhear(seen), api.router));
  const apiUrl = `http://127.0.0.1:${web.port}`;
  const robot = createHetznerRobot({
    ...{ apiUrl, user: 'u', password: 'p', now: () => 0, sshPort: 22 },
    ...{ resets: memoryLedger(), readHostKey: async () => null },
  });
  await robot.listDevices(never);
  const entry = await requestNow(robot, '321');
  await robot.addKey('321', entry.key, never);
  await robot.enterRescue('321', entry, never);
  await api.settled();
  await robot.rescueAccess('321', entry, never);
  account.arm(server, 'linux', []);
  await robot.leaveRescue('321', { ...(await requestNow(robot, '321')), saved: entry.saved }, never);
  await robot.removeKey('321', installKey.label, never);
  await api.close();
  await web.close();
  return seen;
}

describe('the published description of the Robot webservice, which a community keeps', () => {
  it('allows every call of the adapter and every answer of the fake', async (context) => {
    const api = describedBy(context);
    const exchanges = await exchangesOfAnInstall();
    expect(new Set(exchanges.map(({ method, path }) => `${method} ${path.replace(/[\d:a-f]{3,}/g, '…')}`)).size).toBe(
      12,
    );
    const faults = exchanges.flatMap((exchange) => faultsOfExchange(api, exchange));
    expect(faults.filter((fault) => !knownGaps.some((gap) => gap.test(fault)))).toEqual([]);
  });

  it('has every field that the adapter reads', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    const found = [
      ...strangers(api, RobotServer, schemas.ServerDetailed, 'server'),
      ...strangers(api, RobotKey, schemas.SSHKey, 'key'),
      ...strangers(api, RobotRescue, schemas.RescueSystem, 'rescue'),
      ...strangers(api, RobotReset, schemas.ResetOptionsDetailed, 'reset'),
    ];
    expect(found).toEqual([]);
  });

  it('knows the states that the adapter tells apart', (context) => {
    const api = describedBy(context);
    const { schemas } = api.components;
    const server = fieldsOf(api, schemas.ServerDetailed).get('server');
    const reset = fieldsOf(api, schemas.ResetOptionsDetailed).get('reset');
    expect(valuesOf(api, fieldsOf(api, server).get('status'))).toContain('ready');
    expect(valuesOf(api, fieldsOf(api, reset).get('operating_status'))).toContain('stopped');
  });

  it('is compared by a reader that sees what is wrong', (context) => {
    const api = describedBy(context);
    const server = { server: { server_number: 'one', status: 'gone', ip: ['127.0.0.1', 7] } };
    const found = faultsOf(api, api.components.schemas.ServerBasic, server, 'answer');
    expect(found).toEqual(
      expect.arrayContaining([
        'answer.server.server_number is a string, not a integer',
        'answer.server.status is gone',
        'answer.server.ip.1 is a integer, not a string',
        'answer.server.dc is missing',
      ]),
    );
    const call = { method: 'POST', path: '/boot/321/rescue', form: { colour: 'red' }, status: 200, answer: {} };
    expect(faultsOfExchange(api, call)).toEqual(
      expect.arrayContaining(['POST /boot/321/rescue has no field colour', 'POST /boot/321/rescue needs os']),
    );
    expect(faultsOfExchange(api, { ...call, path: '/nowhere' })).toEqual(['POST /nowhere is not described']);
    expect(faultsOfExchange(api, { ...call, status: 418 })).toEqual(['POST /boot/321/rescue does not answer 418']);
  });
});
