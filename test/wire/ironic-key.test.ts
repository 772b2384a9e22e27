import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ironicError } from '../fakes/ironic/refused.ts';
import { handsOn, ID, type Ironic, useIronic } from '../support/ironic-scene.ts';
import { installKey } from '../worker/providers/conformance.ts';

const never = new AbortController().signal;
const startIronic = useIronic();
const [type, blob] = installKey.publicKey.trim().split(' ');
const line = `${type} ${blob} ${installKey.label}`;

describe("the install's key at ironic", () => {
  let ironic: Ironic;
  let hands: ReturnType<typeof handsOn>;
  beforeEach(async () => {
    ironic = await startIronic();
    hands = handsOn(ironic);
  });
  afterEach(() => ironic.close());

  it('brings the key along on the kernel command line, and puts back what stood there', async () => {
    const entry = await hands.enter();
    expect(ironic.node.instanceInfo).toEqual({ kernel_append_params: `sshkey="${line}" %default%` });
    expect(ironic.admitted.keys).toEqual([line]);
    await hands.leave(entry);
    await ironic.api.settled();
    expect(ironic.node).toMatchObject({ state: 'active', instanceInfo: {} });
    expect(ironic.admitted.keys).toEqual([]);
  });

  it.each([
    ['the node', { driverInfo: { kernel_append_params: 'intel_iommu=on' } }, 'intel_iommu=on'],
    [
      'the instance',
      { instanceInfo: { kernel_append_params: 'quiet sshkey="ssh-rsa A a"' } },
      'quiet sshkey="ssh-rsa A a"',
    ],
  ])('takes along what was chosen for %s, behind its own key', async (_what, chosen, rest) => {
    Object.assign(ironic.node, chosen);
    const before = ironic.node.instanceInfo;
    const entry = await hands.enter();
    expect(ironic.node.instanceInfo.kernel_append_params).toBe(`sshkey="${line}" ${rest}`);
    expect(ironic.admitted.keys).toEqual([line]);
    await hands.leave(entry);
    expect(ironic.node.instanceInfo).toEqual(before);
  });

  it.each([
    ['sshkey="ssh-ed25519 AAAA xepa-xe-1" %default%', null],
    ['sshkey="ssh-ed25519 AAAA xepa-xe-1" quiet', 'quiet'],
    ['sshkey="ssh-ed25519 AAAA alice" quiet', 'sshkey="ssh-ed25519 AAAA alice" quiet'],
  ])('keeps of %s what is not a key of an install before', async (params, kernelParams) => {
    ironic.node.instanceInfo = { kernel_append_params: params };
    expect((await ironic.provider.getServer(ID, never)).saved).toEqual({ kernelParams });
  });

  it('leaves parameters alone that somebody chose while it was out of rescue', async () => {
    const entry = await hands.request();
    ironic.node.instanceInfo = { kernel_append_params: 'debug' };
    await hands.leave(entry);
    expect(ironic.node.instanceInfo).toEqual({ kernel_append_params: 'debug' });
    expect(await ironic.restarts()).toEqual([]);
  });

  it('takes the key away also when nothing was restarted', async () => {
    const entry = await hands.request();
    ironic.fail({ method: 'PUT', path: /provision$/, status: 'cut' });
    await expect(ironic.provider.enterRescue(ID, entry, never)).rejects.toMatchObject({ retry: 'backoff' });
    expect(ironic.node.instanceInfo).not.toEqual({});
    await hands.leave(entry);
    expect(ironic.node.instanceInfo).toEqual({});
    expect(await ironic.restarts()).toEqual([]);
  });

  it('gives the user of the rescue system a password of its own each time, and says it to nobody', async () => {
    for (let entry = 1; entry <= 2; entry += 1) await hands.enter();
    const given = ironic.node.passwords;
    expect(new Set(given).size).toBe(2);
    for (const password of given) expect(password).toMatch(/^[\w-]{32}$/);
    ironic.api.requests.splice(0);
    // Ironic's answer repeats it, once it is known.
    const body = { toJSON: () => ironicError(`bad: ${JSON.stringify(ironic.api.requests.at(-1)?.body)}`) };
    ironic.fail({ method: 'PUT', path: /provision$/, status: 400, body });
    const failure = await hands.enter().catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('"rescue_password":"…"') });
  });
});
