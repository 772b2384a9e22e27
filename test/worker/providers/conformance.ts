import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSshKey } from '../../../core/ssh/ssh-key.ts';
import type { Provider, RescueRequest } from '../../../worker/providers/types.ts';

/** A provider with one device that can be worked on, and what the device itself has seen. */
export interface ProviderUnderTest {
  provider: Provider;
  deviceId: string;
  /** Tags that the provider itself has for the device. */
  tags: readonly string[];
  /** Labels of the keys that the device's rescue system would let in. */
  keyLabels(): Promise<string[]>;
  /** Restarts of the device so far, once what was asked for has been carried out. */
  restarts(): Promise<('rescue' | 'disk')[]>;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** A key of an install, always the same. */
export const installKey = { label: 'xepa-xe-7f3kq2', ...generateSshKey('xepa-xe-7f3kq2') };

/** Its key needs no call of its own: the entry brings it along, or a person does. */
export function isSilent({ capabilities }: Provider): boolean {
  return ['with-entry', 'by-hand'].includes(capabilities.keyDelivery);
}

/** What a step saves before it asks for a restart. */
export async function requestNow(provider: Provider, deviceId: string): Promise<RescueRequest> {
  const { marker, saved } = await provider.getServer(deviceId, never);
  return { marker, saved, key: { label: installKey.label, publicKey: installKey.publicKey } };
}

/** An engine gives up later. */
const TRIES = 6;

/** As the engine does: what may be tried again is. */
export async function persist<T>(act: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** What the steps rely on: every adapter promises it. */
export function describeProvider(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(`${name} keeps the promises of the port`, () => {
    let test: ProviderUnderTest;
    let provider: Provider;
    let deviceId: string;
    beforeEach(async () => {
      test = await start();
      ({ provider, deviceId } = test);
    });
    afterEach(() => test.close());

    const request = () => requestNow(provider, deviceId);
    const goesWithEntry = () => provider.capabilities.keyDelivery === 'with-entry';
    const entered = () => (provider.capabilities.rescueEntry === 'external' ? [] : ['rescue']);

    it('lists the device under its own id, with a name and an address', async () => {
      const found = (await provider.listDevices(never)).filter((device) => device.id === deviceId);
      expect(found).toEqual([
        { provider: provider.id, id: deviceId, name: expect.any(String), address: '127.0.0.1', tags: test.tags },
      ]);
    });

    it('tells that nothing is in the way, and the same again', async () => {
      const state = await provider.getServer(deviceId, never);
      expect(state).toMatchObject({ blocked: null, address: '127.0.0.1', marker: expect.any(String) });
      expect(await provider.getServer(deviceId, never)).toEqual(state);
      expect(JSON.parse(JSON.stringify(state.saved))).toEqual(state.saved);
    });

    it('tells how the rescue system of an entry is reached, with the host keys that it declares', async () => {
      const asked = await request();
      await provider.addKey(deviceId, asked.key, never);
      await provider.enterRescue(deviceId, asked, never);
      await test.restarts();
      const access = await provider.rescueAccess(deviceId, asked, never);
      expect(access).toMatchObject({ host: '127.0.0.1', port: expect.any(Number), user: expect.any(String) });
      expect(access.hostKey !== null).toBe(provider.capabilities.hostKeys === 'from-config');
      expect(access.published.length > 0).toBe(provider.capabilities.hostKeys === 'from-api');
    });

    it('makes a second path where it declares one, and only there', () => {
      const { lifeline, leave } = provider.capabilities;
      expect(provider.lifeline !== undefined).toBe(lifeline === 'by-api');
      // It is taken back without the server, which a restart by the API brings back to its own network.
      if (lifeline === 'by-api') expect(leave).toBe('restart-by-api');
    });

    it('does not know a device that is not there', async () => {
      const elsewhere = '00000000-0000-4000-8000-000000000000';
      await expect(provider.getServer(elsewhere, never)).rejects.toMatchObject({ code: 'not-found', retry: 'no' });
    });

    it('lets the key of an entry in, and forgets it when it leaves, where a key goes with the entry', async () => {
      if (!goesWithEntry()) return expect(provider.capabilities.keyDelivery).not.toBe('with-entry');
      const entry = await request();
      await provider.addKey(deviceId, entry.key, never);
      expect(await test.keyLabels()).toEqual([]);
      await provider.enterRescue(deviceId, entry, never);
      expect(await test.keyLabels()).toEqual([installKey.label]);
      await provider.leaveRescue(deviceId, { ...(await request()), saved: entry.saved }, never);
      expect(await test.keyLabels()).toEqual([]);
    });

    it('adds a key once, and removes it without touching the others', async () => {
      if (isSilent(provider)) return expect(await test.keyLabels()).toEqual([]);
      const before = await test.keyLabels();
      const [key, other] = [generateSshKey('a').publicKey, generateSshKey('b').publicKey];
      await provider.addKey(deviceId, { label: 'xepa-xe-1', publicKey: key }, never);
      await provider.addKey(deviceId, { label: 'xepa-xe-1', publicKey: key }, never);
      await provider.addKey(deviceId, { label: 'xepa-xe-11', publicKey: other }, never);
      expect((await test.keyLabels()).toSorted()).toEqual([...before, 'xepa-xe-1', 'xepa-xe-11'].toSorted());
      await provider.removeKey(deviceId, 'xepa-xe-1', never);
      await provider.removeKey(deviceId, 'xepa-xe-1', never);
      expect((await test.keyLabels()).toSorted()).toEqual([...before, 'xepa-xe-11'].toSorted());
    });

    it('enters rescue once for one marker, however often it is asked, and says so', async () => {
      const asked = await request();
      await provider.addKey(deviceId, asked.key, never);
      const enter = () => provider.enterRescue(deviceId, asked, never);
      const external = provider.capabilities.rescueEntry === 'external';
      expect([await enter(), await enter()]).toEqual(external ? ['running', 'running'] : ['asked', 'heard']);
      expect(await test.restarts()).toEqual(entered());
    });

    it('leaves rescue once for one marker, however often it is asked', async () => {
      const entry = await request();
      await provider.addKey(deviceId, entry.key, never);
      await provider.enterRescue(deviceId, entry, never);
      await test.restarts();
      const asked = { ...(await request()), saved: entry.saved };
      await provider.leaveRescue(deviceId, asked, never);
      await provider.leaveRescue(deviceId, asked, never);
      expect(await test.restarts()).toEqual([...entered(), 'disk']);
    });

    it('stops at once when it is told to', async () => {
      await expect(provider.getServer(deviceId, AbortSignal.abort('stop'))).rejects.toBeDefined();
    });
  });
}
