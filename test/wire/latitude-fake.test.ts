import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LatAccount, type LatServer } from '../fakes/latitude/account.ts';
import { LatitudeApi } from '../fakes/latitude/latitude-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';

const SERVER = '/servers/sv_1';
const reboot = { data: { type: 'actions', attributes: { action: 'reboot' } } };

let account: LatAccount;
let machine: PretendMachine;
let server: LatServer;
let api: LatitudeApi;
let admitted: string | null;
let served: Awaited<ReturnType<typeof serveFake>>;

beforeEach(async () => {
  account = new LatAccount();
  machine = new PretendMachine();
  admitted = 'before';
  server = account.addServer({
    ...{ id: 'sv_1', hostname: 'web-01', address: '127.0.77.1', machine, tags: ['prod'] },
    admit(password) {
      admitted = password;
    },
  });
  api = new LatitudeApi({ account, apiKey: 'key', delayMs: 1 });
  served = await serveFake(api, machine);
});
afterEach(() => served.close());

async function call(method: string, path: string, body?: object, apiKey = 'key') {
  const headers = { Authorization: apiKey, 'Content-Type': 'application/json' };
  const sent = body ? { body: JSON.stringify(body) } : {};
  const response = await fetch(`${served.url}${path}`, { method, headers, ...sent });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
const statusNow = async () => (await call('GET', SERVER)).body.data.attributes.status;

describe("the fake of Latitude.sh's API", () => {
  it('lets only its key in, and does not know what is not there', async () => {
    const stranger = await call('GET', SERVER, undefined, 'Bearer key');
    expect(stranger).toMatchObject({ status: 401, body: { errors: [{ code: 'UNAUTHORIZED', status: '401' }] } });
    expect((await call('GET', SERVER)).body.data).toMatchObject({ id: 'sv_1', attributes: { hostname: 'web-01' } });
    for (const path of ['/servers/sv_2', '/volumes']) expect((await call('GET', path)).status).toBe(404);
  });

  it('goes into rescue mode and out of it by two calls, and says on the way where it is', async () => {
    const boot = machine.hold();
    expect(await call('POST', `${SERVER}/rescue_mode`)).toEqual({ status: 201, body: { meta: {} } });
    expect(await statusNow()).toBe('entering_rescue_mode');
    boot();
    await api.settled();
    expect(await statusNow()).toBe('rescue_mode');
    const again = machine.hold();
    expect(await call('POST', `${SERVER}/exit_rescue_mode`)).toEqual({ status: 200, body: { meta: {} } });
    expect(await statusNow()).toBe('exiting_rescue_mode');
    again();
    await api.settled();
    expect([await statusNow(), machine.starts]).toEqual(['on', ['rescue', 'disk']]);
  });

  it('makes a password for each rescue system, for people, which no answer of the API holds', async () => {
    const passwords = new Set<string | null>();
    for (let boot = 1; boot <= 2; boot += 1) {
      await call('POST', `${SERVER}/rescue_mode`);
      await api.settled();
      expect([admitted, JSON.stringify((await call('GET', SERVER)).body)]).toEqual([
        server.rescuePassword,
        expect.not.stringContaining(server.rescuePassword ?? ''),
      ]);
      passwords.add(server.rescuePassword);
      await call('POST', `${SERVER}/exit_rescue_mode`);
      await api.settled();
      expect([admitted, server.rescuePassword]).toEqual([null, null]);
    }
    expect(passwords.size).toBe(2);
    expect(passwords).not.toContain(null);
  });

  it.each([
    ['rescue_mode', 'rescue_mode', 'SERVER_IN_RESCUE_MODE'],
    ['deploying', 'rescue_mode', 'SERVER_BEING_PROVISIONED'],
    ['on', 'exit_rescue_mode', 'SERVER_BEING_PROVISIONED'],
    ['entering_rescue_mode', 'exit_rescue_mode', 'SERVER_BEING_PROVISIONED'],
  ])('refuses of a server that is %s: %s', async (status, action, code) => {
    server.status = status;
    expect(await call('POST', `${SERVER}/${action}`)).toMatchObject({ status: 422, body: { errors: [{ code }] } });
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('does nothing with a locked server, nor without leave', async () => {
    server.rescueAllowed = false;
    expect((await call('POST', `${SERVER}/rescue_mode`)).status).toBe(422);
    server.locked = true;
    expect((await call('POST', `${SERVER}/actions`, reboot)).body.errors[0].code).toBe('SERVER_LOCKED');
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('reboots into what it is in, and refuses other actions', async () => {
    expect((await call('POST', `${SERVER}/actions`, reboot)).status).toBe(201);
    await api.settled();
    server.status = 'rescue_mode';
    await call('POST', `${SERVER}/actions`, reboot);
    await api.settled();
    expect([machine.starts, server.status]).toEqual([['disk', 'rescue'], 'rescue_mode']);
    expect((await call('POST', `${SERVER}/actions`, { action: 'reboot' })).status).toBe(422);
  });

  it('lists page by page, and nothing behind the last', async () => {
    for (const id of ['sv_2', 'sv_3']) account.addServer({ id, hostname: null, address: null, machine });
    const page = async (number: number) => {
      const { data } = (await call('GET', `/servers?page[size]=2&page[number]=${number}`)).body;
      return data.map(({ id }: { id: string }) => id);
    };
    expect([await page(1), await page(2), await page(3)]).toEqual([['sv_1', 'sv_2'], ['sv_3'], []]);
  });

  it('is where it was when a restart breaks', async () => {
    machine.broken = true;
    await call('POST', `${SERVER}/rescue_mode`);
    await api.settled();
    expect(await statusNow()).toBe('on');
  });
});
