import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ironicError } from '../fakes/ironic/refused.ts';
import { ID, type Ironic, SECRET, useIronic } from '../support/ironic-scene.ts';

const never = new AbortController().signal;
const startIronic = useIronic();

describe("ironic's door", () => {
  let ironic: Ironic;
  beforeEach(async () => {
    ironic = await startIronic();
  });
  afterEach(() => ironic.close());
  const look = () => ironic.provider.getServer(ID, never);
  const tokens = () => ironic.api.requests.filter(({ path }) => path.endsWith('/auth/tokens')).length;

  it('asks for one token, and for another when that one is about to end', async () => {
    for (let call = 1; call <= 3; call += 1) await look();
    expect(tokens()).toBe(1);
    ironic.clock.aheadMs = ironic.api.tokens.lifeMs - 30_000;
    await look();
    expect(tokens()).toBe(2);
  });

  it('asks for another one when its own was taken back, once', async () => {
    await look();
    ironic.api.tokens.revoke();
    await look();
    expect(tokens()).toBe(2);
    ironic.fail({ path: /nodes/, status: 401, times: 9 });
    await expect(look()).rejects.toMatchObject({ code: 'provider-auth' });
    expect(tokens()).toBe(3);
  });

  it('puts no token into an error', async () => {
    await look();
    ironic.fail({ path: /nodes/, status: 400, body: ironicError('seen: gAAAAAB-very-private-1') });
    const failure = await look().catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('seen: …') });
  });

  it('says where the address of Keystone is not one, or gives no token', async () => {
    const login = { kind: 'keystone', url: `${ironic.base}/identity`, credentialId: 'c-1', secret: SECRET } as const;
    await expect(ironic.providerWith(login).listDevices(never)).rejects.toMatchObject({
      ...{ code: 'provider-auth', retry: 'no' },
      userMessage: expect.stringMatching(/no Keystone at IRONIC_KEYSTONE_URL.*with \/v3 at its end/),
    });
    const body = { token: { expires_at: '2026-11-02T10:00:00.000000Z' } };
    ironic.fail({ path: /tokens$/, status: 201, body });
    await expect(ironic.provider.listDevices(never)).rejects.toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: expect.stringContaining('without a token'),
    });
  });

  it('needs nothing where nobody is asked', async () => {
    const open = await startIronic({ kind: 'none' });
    expect(await open.provider.listDevices(never)).toHaveLength(1);
    await open.close();
  });
});
