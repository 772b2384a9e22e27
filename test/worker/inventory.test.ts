import { expect, it } from 'vitest';
import { XepaError } from '../../core/errors.ts';
import { readInventory } from '../../worker/inventory.ts';
import type { Provider } from '../../worker/providers/types.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { ModelProvider } from '../fakes/model-provider.ts';

const never = new AbortController().signal;

it('names a provider that does not answer, and still lists the devices of the others', async () => {
  const broken: Provider = new ModelProvider();
  broken.listDevices = async () => {
    throw new XepaError('provider-auth', { message: 'token abc', userMessage: 'The token is refused.' });
  };
  const working = new ModelProvider();
  const providers = new Map<string, Provider>([
    ['broken', broken],
    ['working', working],
  ]);
  expect(await readInventory(providers, new FakeClock(7), never)).toEqual({
    at: 7,
    devices: await working.listDevices(never),
    problems: [{ provider: broken.id, message: 'The token is refused.' }],
  });
});

it('is empty where nothing is configured', async () => {
  expect(await readInventory(new Map(), new FakeClock(7), never)).toEqual({ at: 7, devices: [], problems: [] });
});
