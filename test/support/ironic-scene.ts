import type { Redis } from 'ioredis';
import { createIronic } from '../../worker/providers/ironic/index.ts';
import type { IronicLogin } from '../../worker/providers/ironic/login.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { IronicAccount } from '../fakes/ironic/account.ts';
import type { IronicDoor } from '../fakes/ironic/door.ts';
import { IronicApi } from '../fakes/ironic/ironic-api.ts';
import { ironicError } from '../fakes/ironic/refused.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { persist, requestNow } from '../worker/providers/conformance.ts';
import type { ApiUnderTest } from '../worker/providers/conformance-api.ts';
import type { LeavingApi } from '../worker/providers/conformance-failures.ts';
import { serveFake } from './served-fake.ts';
import { useRedis } from './use-redis.ts';

export const SECRET = 'hush-very-private';
export const ID = '6d85703a-565d-469a-96ce-30b6de53079d';
const STRANGER = '2b045129-a906-46af-bc1a-092b294b3428';
const never = new AbortController().signal;
const keystone: IronicDoor = { kind: 'keystone', credentialId: 'c-1', secret: SECRET };
export const basic: IronicDoor = { kind: 'basic', user: 'xepa', password: SECRET };

export type Ironic = Awaited<ReturnType<typeof startIronic>>;

/** Starts an Ironic with one node of ours and the adapter in front of it, as often as the tests of the file ask. */
export function useIronic(): (door?: IronicDoor) => Promise<Ironic> {
  const redis = useRedis();
  return (door) => startIronic(redis(), door);
}

/** What a step does with the adapter. */
export function handsOn({ api, provider }: Ironic) {
  const request = () => requestNow(provider, ID);
  return {
    request,
    /** States that Ironic was asked for, in order. */
    asked: () =>
      api.requests.flatMap(({ method, body }) => (method === 'PUT' ? (body as { target: string }).target : [])),
    async enter() {
      const entry = await request();
      await provider.enterRescue(ID, entry, never);
      await api.settled();
      return entry;
    },
    leave: async ({ saved }: { saved: Record<string, unknown> }) =>
      provider.leaveRescue(ID, { ...(await request()), saved }, never),
    /** Tries it until it is through. */
    through: (act: () => Promise<unknown>) =>
      persist(async () => {
        await api.settled();
        await act();
      }),
  };
}

async function startIronic(redis: Redis, door: IronicDoor = keystone) {
  await redis.flushall();
  const account = new IronicAccount();
  const machine = new PretendMachine();
  const admitted: { keys: readonly string[] } = { keys: [] };
  const clock = { aheadMs: 0 };
  const node = account.addNode({
    ...{ uuid: ID, name: 'web-01', machine, extra: { xepa_address: '127.0.0.1' } },
    traits: ['HW_CPU_X86_VMX', 'CUSTOM_PROD'],
    authorise(publicKeys) {
      admitted.keys = publicKeys;
    },
  });
  account.addNode({ uuid: STRANGER, name: 'not-ours', machine: new PretendMachine(), visible: false });
  const api = new IronicApi({ account, door, delayMs: 1, pageSize: 2 });
  const served = await serveFake(api, machine);
  const base = served.url;
  const loginWith = (secret: string): IronicLogin => {
    if (door.kind === 'keystone')
      return { kind: 'keystone', url: `${base}/identity/v3`, credentialId: door.credentialId, secret };
    return door.kind === 'basic' ? { kind: 'basic', user: door.user, password: secret } : { kind: 'none' };
  };
  const providerWith = (login: IronicLogin) =>
    createIronic({
      ...{ apiUrl: `${base}/baremetal`, login, sshPort: 2222, now: () => Date.now() + clock.aheadMs },
      resets: createResetLedger(redis, { provider: { id: 'ironic', title: 'I' }, limit: 1_000, windowMs: 60_000 }),
    });
  return {
    ...{ account, admitted, api, base, blocks, clock, machine, node, providerWith, deviceId: ID },
    provider: providerWith(loginWith(SECRET)),
    tags: ['prod'],
    impostor: () => providerWith(loginWith('wrong')),
    strangerId: STRANGER,
    secrets: door.kind === 'basic' ? [SECRET, Buffer.from(`xepa:${SECRET}`).toString('base64')] : [SECRET],
    ...served,
    errorBody: (text: string) => ironicError(text),
    async keyLabels() {
      await api.settled();
      return admitted.keys.map((line) => line.split(' ').at(2) ?? '');
    },
    left: async () => {
      const { state, instanceInfo } = node;
      return { state, instanceInfo, admitted: admitted.keys, runs: machine.booted, power: machine.power };
    },
  };
}

const blockWith = (change: Partial<Ironic['node']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Ironic).node, change);
const blocks: LeavingApi['blocks'] = [
  [
    'free',
    blockWith({ state: 'available' }),
    /web-01 is in the state "available" at Ironic: it must be "active" first/,
  ],
  ['in rescue', blockWith({ state: 'rescue' }), /in the state "rescue" at Ironic: bring it back by "unrescue" first/],
  ['stuck', blockWith({ state: 'unrescue failed' }), /"unrescue failed" at Ironic: bring it back by "unrescue" first/],
  ['in maintenance', blockWith({ maintenance: true }), /in maintenance at Ironic: end that first/],
  ['out of reach', blockWith({ powerUnknown: true }), /Ironic cannot read the power state of web-01: mend that first/],
  ['without rescue', blockWith({ rescueInterface: 'no-rescue' }), /no rescue interface at Ironic: set it to "agent"/],
  ['in memory', blockWith({ deployInterface: 'ramdisk' }), /runs from memory at Ironic.*not start from its disk/],
  [
    'with a ready-made image',
    blockWith({ driverInfo: { rescue_iso: 'http://images/rescue.iso' } }),
    /ready-made rescue image at Ironic.*takes no SSH key: set rescue_kernel and rescue_ramdisk instead/,
  ],
  [
    'off',
    (test) => void Object.assign((test as Ironic).machine, { power: 'off' }),
    /web-01 is powered off at Ironic: power it on first/,
  ],
];
