import { describe, expect, it } from 'vitest';
import { Inventory } from '../../core/contracts/device.ts';
import { XepaError } from '../../core/errors.ts';
import { readInventory } from '../../worker/inventory.ts';
import type { Provider } from '../../worker/providers/types.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { ModelProvider } from '../fakes/model-provider.ts';

const never = new AbortController().signal;
const MINUTE = 60_000;

/** A provider of that id, whose answer the test decides. */
function provider(id: string, listDevices: Provider['listDevices']): Provider {
  const model = new ModelProvider();
  return Object.assign(Object.create(model), { id, listDevices });
}

const answers = (id: string, ...names: string[]) =>
  provider(id, async () => names.map((name) => ({ provider: id, id: `${id}-${name}`, name, tags: [] })));
const fails = (id: string, retryAfterSeconds?: number) =>
  provider(id, async () => {
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    throw new XepaError('provider-unavailable', { message: 'token abc', userMessage: 'It does not work.', ...wait });
  });

const read = (providers: Provider[], before: Inventory | null, at: number, patienceMs = 10_000) =>
  readInventory(new Map(providers.map((one) => [one.id, one])), before, {
    ...{ clock: new FakeClock(at), signal: never, patienceMs },
  });
const source = (of: string, at: number | null) => ({ provider: of, at, secondPath: false });
const namesIn = ({ devices }: Inventory) => devices.map(({ name }) => name);

it('is empty where nothing is configured', async () => {
  expect(await read([], null, 7)).toEqual({ at: 7, devices: [], problems: [], sources: [] });
});

describe('of a provider that does not answer', () => {
  it('it names it and still lists the devices of the others', async () => {
    const inventory = await read([fails('broken'), answers('fine', 'web-01')], null, 7);
    expect(inventory).toMatchObject({
      at: 7,
      problems: [{ provider: 'broken', message: 'It does not work.' }],
      sources: [
        { provider: 'broken', at: null },
        { provider: 'fine', at: 7 },
      ],
    });
    expect(namesIn(inventory)).toEqual(['web-01']);
  });

  it('it keeps what was there, with its age, for as long as that lasts; then what is there now', async () => {
    let inventory = await read([answers('acme', 'web-01', 'web-02'), answers('lab', 'db-01')], null, 0);
    for (let minute = 1; minute <= 10; minute += 1) {
      inventory = await read([fails('acme'), answers('lab', 'db-01')], inventory, minute * MINUTE);
    }
    expect(namesIn(inventory)).toEqual(['web-01', 'web-02', 'db-01']);
    expect(inventory.sources).toEqual([source('acme', 0), source('lab', 10 * MINUTE)]);
    const after = await read([answers('acme', 'web-02'), answers('lab', 'db-01')], inventory, 11 * MINUTE);
    expect(namesIn(after)).toEqual(['web-02', 'db-01']);
    expect(after.problems).toEqual([]);
    expect(after.sources?.[0]).toEqual(source('acme', 11 * MINUTE));
  });

  it('it keeps what a list from before sources were kept has, but dates nothing that was not in it', async () => {
    const device = { provider: 'acme', id: '1', name: 'web-01', tags: [] };
    const old = Inventory.parse({ at: 5, devices: [device], problems: [{ provider: 'lab', message: 'No.' }] });
    const inventory = await read([fails('acme'), fails('lab')], old, 9);
    expect(namesIn(inventory)).toEqual(['web-01']);
    expect(inventory.sources).toEqual([source('acme', 5), source('lab', null)]);
  });

  it('it drops what a provider had that is not configured any more', async () => {
    const before = await read([answers('acme', 'web-01')], null, 0);
    expect(await read([], before, 1)).toEqual({ at: 1, devices: [], problems: [], sources: [] });
  });

  it('it does not wait for one that never ends', async () => {
    const hangs = provider('slow', (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)));
    const inventory = await read([hangs, answers('fine', 'web-01')], null, 7, 20);
    expect(namesIn(inventory)).toEqual(['web-01']);
    expect(inventory.problems[0]?.message).toContain('did not give its whole list of devices within');
  });

  it('nothing comes of a reading that our own end cut off', async () => {
    const stop = new AbortController();
    const hangs = provider('slow', (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)));
    const reading = readInventory(new Map([['slow', hangs]]), null, { clock: new FakeClock(), signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toThrow();
  });
});

it('tells which provider can make a second path, whether it answers or not', async () => {
  const moves = { capabilities: { ...new ModelProvider().capabilities, lifeline: 'by-api' as const } };
  const asked = [Object.assign(answers('acme'), moves), Object.assign(fails('broken'), moves), answers('lab')];
  const inventory = await read(asked, null, 7);
  expect(Object.fromEntries((inventory.sources ?? []).map((one) => [one.provider, one.secondPath]))).toEqual({
    ...{ acme: true, broken: true, lab: false },
  });
});

it('leaves a provider alone for as long as it asked, and asks it again then', async () => {
  let asked = 0;
  const storm = (from: Provider) =>
    provider(from.id, (signal) => {
      asked += 1;
      return from.listDevices(signal);
    });
  const first = await read([answers('acme', 'web-01')], null, 0);
  const limited = await read([storm(fails('acme', 150))], first, MINUTE);
  expect(limited.sources).toEqual([{ ...source('acme', 0), notBefore: MINUTE + 150_000 }]);
  const resting = await read([storm(answers('acme', 'web-02'))], limited, 3 * MINUTE);
  expect([asked, namesIn(resting), resting.problems]).toEqual([1, ['web-01'], limited.problems]);
  const again = await read([storm(answers('acme', 'web-02'))], resting, 4 * MINUTE);
  expect([asked, namesIn(again), again.problems]).toEqual([2, ['web-02'], []]);
});

it('leaves out what is no device, says so, and stays readable for everybody', async () => {
  const odd = provider('acme', async () => [
    { provider: 'acme', id: '1', name: '', tags: [] },
    { provider: 'acme', id: '2', name: 'web-02', tags: [] },
    { provider: 'acme', id: '2', name: 'web-02', tags: [] },
  ]);
  const inventory = Inventory.parse(await read([odd], null, 7));
  expect(namesIn(inventory)).toEqual(['web-02']);
  expect(inventory.problems).toEqual([
    { provider: 'acme', message: 'It told of a server without an id or a name, which was left out.' },
  ]);
});

it('lists a server that two accounts see under one of them alone', async () => {
  const sees = (id: string, address: string) =>
    provider(id, async () => [{ provider: id, id: '321', name: 'web-01', address, tags: [] }]);
  const shared = await read([sees('acme', '192.0.2.1'), sees('acme:berlin', '192.0.2.1')], null, 7);
  expect(shared.devices.map((device) => device.provider)).toEqual(['acme']);
  expect(shared.problems[0]).toMatchObject({ provider: 'acme:berlin', message: expect.stringContaining('of acme,') });
  const twoMachines = await read([sees('ssh', '192.0.2.1'), sees('ssh:b', '192.0.2.2')], null, 7);
  expect(twoMachines.devices).toHaveLength(2);
});
