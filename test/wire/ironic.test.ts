import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ironicError } from '../fakes/ironic/refused.ts';
import { basic, handsOn, ID, type Ironic, useIronic } from '../support/ironic-scene.ts';
import { describeProvider } from '../worker/providers/conformance.ts';
import { describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures } from '../worker/providers/conformance-failures.ts';

const never = new AbortController().signal;
const startIronic = useIronic();

describeProvider('ironic', startIronic);
describeApiProvider('ironic', startIronic);
describeFailures('ironic', startIronic);
describeProvider('ironic, standalone', () => startIronic(basic));
describeApiProvider('ironic, standalone', () => startIronic(basic));

describe('ironic', () => {
  let ironic: Ironic;
  let hands: ReturnType<typeof handsOn>;
  beforeEach(async () => {
    ironic = await startIronic();
    hands = handsOn(ironic);
  });
  afterEach(() => ironic.close());

  it('logs in as root, and not before Ironic says that rescue is up', async () => {
    const entry = await hands.enter();
    const access = {
      host: '127.0.0.1',
      port: 2222,
      user: 'root',
      sudo: false,
      hostKey: null,
      published: [],
      pending: false,
      failed: false,
    };
    expect(await ironic.provider.rescueAccess(ID, entry, never)).toEqual(access);
    for (const state of ['active', 'rescuing', 'rescue wait', 'rescue failed']) {
      ironic.node.state = state;
      expect(await ironic.provider.rescueAccess(ID, entry, never)).toMatchObject({
        pending: true,
        failed: state === 'rescue failed',
      });
    }
  });

  it('lists all nodes page by page, by their id where they have no name', async () => {
    for (let number = 1; number <= 4; number += 1) {
      ironic.account.addNode({
        uuid: `n-${number}`,
        name: number === 4 ? null : `db-${number}`,
        machine: ironic.machine,
      });
    }
    const devices = await ironic.provider.listDevices(never);
    expect(devices.map(({ name }) => name)).toEqual(['web-01', 'db-1', 'db-2', 'db-3', 'n-4']);
    expect(devices[1]).not.toHaveProperty('address');
  });

  it.each([undefined, '', 'not-an-address', '2001:db8::1', 7])(
    'asks for the address where it is noted as %j',
    async (noted) => {
      ironic.node.extra = { xepa_address: noted };
      await expect(ironic.provider.getServer(ID, never)).rejects.toMatchObject({
        ...{ code: 'device-unfit', retry: 'no' },
        userMessage: expect.stringContaining(`openstack baremetal node set ${ID} --extra xepa_address=`),
      });
    },
  );

  it('takes an entry for heard that came to nothing, and the next one enters again', async () => {
    ironic.machine.broken = true;
    const entry = await hands.enter();
    await ironic.provider.enterRescue(ID, entry, never);
    expect([ironic.node.state, hands.asked()]).toEqual(['rescue failed', ['rescue']]);
    ironic.machine.broken = false;
    await hands.enter();
    expect([ironic.node.state, await ironic.restarts()]).toEqual(['rescue', ['rescue']]);
  });

  it('waits no more for a rescue system that never reported before it enters again', async () => {
    ironic.node.neverReports = true;
    await hands.enter();
    expect(ironic.node.state).toBe('rescue wait');
    const again = await hands.request();
    ironic.node.neverReports = false;
    await expect(ironic.provider.enterRescue(ID, again, never)).rejects.toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: 'Ironic is at work on web-01 (rescue wait); XEPA waits until that is over.',
    });
    await hands.through(() => ironic.provider.enterRescue(ID, again, never));
    await hands.through(() => ironic.provider.enterRescue(ID, again, never));
    expect(hands.asked()).toEqual(['rescue', 'abort', 'rescue']);
    expect([ironic.node.state, await ironic.restarts()]).toEqual(['rescue', ['rescue', 'rescue']]);
  });

  it('says that nothing restarts the server where the first rescue system came up just before it was asked again', async () => {
    ironic.node.neverReports = true;
    await hands.enter();
    const again = await hands.request();
    ironic.node.state = 'rescue';
    expect(await ironic.provider.enterRescue(ID, again, never)).toBe('running');
    expect(hands.asked()).toEqual(['rescue']);
  });

  it('asks only once also when the second entry fails as the first one did', async () => {
    ironic.node.neverReports = true;
    await hands.enter();
    const again = await hands.request();
    ironic.machine.broken = true;
    ironic.node.neverReports = false;
    await hands.through(() => ironic.provider.enterRescue(ID, again, never));
    for (let look = 1; look <= 3; look += 1) {
      await ironic.api.settled();
      expect(ironic.node.state).toBe('rescue failed');
      await ironic.provider.enterRescue(ID, again, never);
    }
    expect(hands.asked()).toEqual(['rescue', 'abort', 'rescue']);
  });

  it('goes back to the disk from a rescue system that never reported', async () => {
    ironic.node.neverReports = true;
    const entry = await hands.enter();
    await hands.through(() => hands.leave(entry));
    expect(hands.asked()).toEqual(['rescue', 'abort', 'unrescue']);
    await ironic.api.settled();
    expect(ironic.node).toMatchObject({ state: 'active', instanceInfo: {} });
  });

  it.each(['rescuing', 'unrescuing'])('waits while the node is %s', async (state) => {
    const entry = await hands.request();
    Object.assign(ironic.node, {
      state,
      instanceInfo: { kernel_append_params: 'sshkey="ssh-ed25519 AAAA xepa-xe-1" quiet' },
    });
    await expect(hands.leave(entry)).rejects.toMatchObject({ code: 'provider-unavailable', retry: 'backoff' });
    const again = await hands.request();
    await expect(ironic.provider.enterRescue(ID, again, never)).rejects.toMatchObject({ retry: 'backoff' });
    expect(await ironic.restarts()).toEqual([]);
  });

  it('comes back from a way out that failed', async () => {
    const entry = await hands.enter();
    ironic.machine.broken = true;
    await hands.leave(entry);
    await ironic.api.settled();
    expect(ironic.node.state).toBe('unrescue failed');
    ironic.machine.broken = false;
    await hands.leave(entry);
    expect(await ironic.restarts()).toEqual(['rescue', 'disk']);
  });

  it('tries later when the node has moved on between looking and asking', async () => {
    const entry = await hands.request();
    const words = 'The requested action "rescue" can not be performed on node "x" while it is in state "deploying".';
    for (const body of [ironicError(words), { error_message: { faultstring: words } }]) {
      ironic.fail({ method: 'PUT', path: /provision$/, status: 400, body });
      await expect(ironic.provider.enterRescue(ID, entry, never)).rejects.toMatchObject({
        ...{ code: 'provider-rejected', retry: 'backoff' },
        userMessage: `Ironic refused the request: ${words}`,
      });
    }
  });

  it('stops where Ironic refuses for good, in its own words', async () => {
    const entry = await hands.request();
    for (const body of [ironicError('No.'), { error_message: 'No.' }, { error: { message: 'No.', code: 400 } }]) {
      ironic.fail({ method: 'PUT', path: /provision$/, status: 400, body });
      await expect(ironic.provider.enterRescue(ID, entry, never)).rejects.toMatchObject({
        ...{ code: 'provider-rejected', retry: 'no', userMessage: 'Ironic refused the request: No.' },
      });
    }
  });
});
