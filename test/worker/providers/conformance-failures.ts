import { describe, expect, it } from 'vitest';
import type { Provider, RescueRequest } from '../../../worker/providers/types.ts';
import { persist, requestNow } from './conformance.ts';
import type { ApiUnderTest } from './conformance-api.ts';

/** An API that also tells what an install may leave behind in it. */
export interface LeavingApi extends ApiUnderTest {
  /** Keys, activations, settings, and what the device runs, once what was asked for has been carried out. */
  left(): Promise<unknown>;
  /** Where an install takes fewer calls than usual. */
  fewestCalls?: number;
}

const never = new AbortController().signal;
/** Of an install whose key needs some, or whose state takes more than one. */
const FEWEST_CALLS = 8;

/** What steps keep in the record, before they act. */
interface Notes {
  entry?: RescueRequest;
  leave?: RescueRequest;
}

/** Reserve, rescue and reach, as far as a provider sees of them; done again from the start it goes on where it was. */
async function forward({ provider, deviceId }: ApiUnderTest, notes: Notes, saved: Record<string, unknown>) {
  const asked = await noted(notes, 'entry', provider, { deviceId, saved });
  await provider.addKey(deviceId, asked.key, never);
  await provider.enterRescue(deviceId, asked, never);
}

/** What `boot` and the undo of `rescue` have in common. */
async function back({ provider, deviceId }: ApiUnderTest, notes: Notes): Promise<void> {
  if (notes.entry) {
    const asked = await noted(notes, 'leave', provider, { deviceId, saved: notes.entry.saved });
    await provider.leaveRescue(deviceId, asked, never);
    await provider.removeKey(deviceId, asked.key.label, never);
  }
}

async function noted(
  notes: Notes,
  name: keyof Notes,
  provider: Provider,
  { deviceId, saved }: { deviceId: string; saved: Record<string, unknown> },
): Promise<RescueRequest> {
  const asked = notes[name] ?? { ...(await requestNow(provider, deviceId)), saved };
  notes[name] = asked;
  return asked;
}

const ways = [
  ['before the API hears of it', 'cut'],
  ['while the API works on it', 500],
  ['after the API has done it, with the answer lost', 'cut-after'],
] as const;

/** Each call of an install fails once in each way; afterwards the provider is as it was before. */
export function describeFailures(name: string, start: () => Promise<LeavingApi>): void {
  /** Plays with the call number 0, 1, 2 … failing, each time in a new world, until there is no such call. */
  async function forEachCall(
    status: 'cut' | 500 | 'cut-after',
    play: (test: LeavingApi, call: number) => Promise<void>,
  ): Promise<{ calls: number; fewest: number }> {
    for (let call = 0; ; call += 1) {
      const test = await start();
      try {
        test.fail({ path: /./, skip: call, status });
        await play(test, call);
        if (test.calls() <= call) return { calls: call, fewest: test.fewestCalls ?? FEWEST_CALLS };
      } finally {
        await test.close();
      }
    }
  }

  describe(`${name}: each call of an install fails once`, () => {
    it.each(ways)('%s, and the undo leaves everything as it was', async (_when, status) => {
      const { calls, fewest } = await forEachCall(status, async (test, call) => {
        const before = await untouched(start);
        const notes: Notes = {};
        const first = await test.provider.getServer(test.deviceId, never).catch(() => null);
        if (first) await forward(test, notes, first.saved).catch(() => undefined);
        await test.restarts();
        await persist(() => back(test, notes));
        await test.restarts();
        expect(await test.left(), `call ${call}`).toEqual(before);
      });
      expect(calls).toBeGreaterThanOrEqual(fewest);
    });

    it.each(ways)('%s, and the next try brings the install through', async (_when, status) => {
      const { calls, fewest } = await forEachCall(status, async (test, call) => {
        const before = await untouched(start);
        const notes: Notes = {};
        const { saved } = await persist(() => test.provider.getServer(test.deviceId, never));
        await persist(() => forward(test, notes, saved));
        expect((await test.restarts()).at(-1), `call ${call}`).toBe('rescue');
        await persist(() => back(test, notes));
        // A restart into rescue may be asked for twice, since nothing runs yet. One from the disk may not.
        const restarts = await test.restarts();
        expect(
          restarts.filter((into) => into === 'disk'),
          `call ${call}`,
        ).toEqual(['disk']);
        expect(restarts.at(-1), `call ${call}`).toBe('disk');
        expect(await test.left(), `call ${call}`).toEqual(before);
      });
      expect(calls).toBeGreaterThanOrEqual(fewest);
    });
  });
}

/** What is there before anything was done. */
async function untouched(start: () => Promise<LeavingApi>): Promise<unknown> {
  const test = await start();
  const left = await test.left();
  await test.close();
  return left;
}
