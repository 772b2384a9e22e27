import express from 'express';
import { describe, expect, it, type TestContext } from 'vitest';
import { createHetznerRobot } from '../../worker/providers/hetzner-robot/index.ts';
import { RobotKey, RobotRescue, RobotReset, RobotServer } from '../../worker/providers/hetzner-robot/schema.ts';
import type { ResetLedger } from '../../worker/providers/reset-ledger.ts';
import { RobotAccount } from '../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../fakes/hetzner-robot/robot-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';
import {
  describedIn,
  descriptionFile,
  type Exchange,
  fieldsOf,
  strangers,
  unknownFields,
  valuesOf,
} from '../support/api-description.ts';
import { overhear } from '../support/overhear.ts';
import { prismBefore } from '../support/prism-before.ts';
import { installKey, requestNow } from '../worker/providers/conformance.ts';

const DESCRIPTION = 'hetzner-robot.yaml';
const describedBy = (context: TestContext) => describedIn(context, DESCRIPTION);
const never = new AbortController().signal;

/** Where the description, which is not the provider's own, is known to be narrower than the service. */
const knownGaps = [/ rescue\.password must be string$/];

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

/** Everything that goes over the line while an install comes and goes, and what the description says against it. */
async function anInstall(description: string): Promise<{ seen: Exchange[]; violations: string[] }> {
  const seen: Exchange[] = [];
  const account = new RobotAccount(() => 0);
  const machine = new PretendMachine();
  const hostKeys = async () => ['SHA256:of-this-boot'];
  const server = account.addServer({ number: 321, name: 'web-01', address: '127.0.0.1', machine, hostKeys });
  const api = new RobotApi({ account, user: 'u', password: 'p', delayMs: 1, now: () => 0 });
  const web = await listen(express().use(overhear(seen), api.router));
  const prism = await prismBefore(description, `http://127.0.0.1:${web.port}`);
  const robot = createHetznerRobot({
    ...{ apiUrl: prism.url, user: 'u', password: 'p', now: () => 0, sshPort: 22 },
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
  await prism.close();
  await api.close();
  await web.close();
  return { seen, violations: prism.violations };
}

describe('the published description of the Robot webservice, which a community keeps', () => {
  it('allows every call of the adapter and every answer of the fake', async (context) => {
    const api = describedBy(context);
    const { seen, violations } = await anInstall(descriptionFile(context, DESCRIPTION));
    expect(new Set(seen.map(({ method, path }) => `${method} ${path.replace(/[\d:a-f]{3,}/g, '…')}`)).size).toBe(12);
    expect(violations.filter((fault) => !knownGaps.some((gap) => gap.test(fault)))).toEqual([]);
    expect(seen.flatMap((exchange) => unknownFields(api, exchange))).toEqual([]);
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
});
