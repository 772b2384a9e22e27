import { describe, expect, it } from 'vitest';
import type { Provider, RescueRequest } from '../../../worker/providers/types.ts';
import { installKey, type ProviderUnderTest, persist, requestNow } from './conformance.ts';
import type { ApiUnderTest } from './conformance-api.ts';

/** A call that fails: of an API, or of whatever else the provider acts by. Its number is `skip`, from 0. */
export interface FailingCall {
  path: RegExp;
  skip: number;
  status: 'cut' | 500 | 504 | 'cut-after';
  /** See `Fault`. */
  carriedOut?: boolean;
}

/** A provider that can be made to fail, and tells what an install may leave behind at it. */
export interface LeavingProvider extends ProviderUnderTest {
  fail(call: FailingCall): void;
  /** Calls that came so far. */
  calls(): number;
  /** Keys, activations, settings, and what the device runs, once what was asked for has been carried out. */
  left(): Promise<unknown>;
  /** Where an install takes fewer calls than usual. */
  fewestCalls?: number;
}

/** One that is an API. */
export interface LeavingApi extends ApiUnderTest, Pick<LeavingProvider, 'left' | 'fewestCalls'> {}

const never = new AbortController().signal;
/** Of an install whose key needs some, or whose state takes more than one. */
const FEWEST_CALLS = 8;

/** What steps keep in the record, before they act. */
interface Notes {
  entry?: RescueRequest;
  leave?: RescueRequest;
}

/** Reserve, rescue and reach, as far as a provider sees of them; done again from the start it goes on where it was. */
async function forward(test: LeavingProvider, notes: Notes, saved: Record<string, unknown>): Promise<void> {
  const { provider, deviceId } = test;
  const asked = await noted(notes, 'entry', provider, { deviceId, saved });
  await provider.addKey(deviceId, asked.key, never);
  await provider.enterRescue(deviceId, asked, never);
  await test.restarts();
  const { missing } = await provider.rescueAccess(deviceId, asked, never);
  if (missing !== undefined) throw new Error(missing);
}

/** What `boot` and the undo of `rescue` have in common. The undo leaves a rescue alone that somebody else brought up. */
async function back({ provider, deviceId }: LeavingProvider, notes: Notes, way: 'boot' | 'undo'): Promise<void> {
  if (notes.entry) {
    const asked = await noted(notes, 'leave', provider, { deviceId, saved: notes.entry.saved });
    if (way === 'boot' || entersBy(provider, deviceId)) await provider.leaveRescue(deviceId, asked, never);
    await provider.removeKey(deviceId, asked.key.label, never);
  }
}

function entersBy(provider: Provider, deviceId: string): boolean {
  return (provider.capabilitiesOf?.(deviceId) ?? provider.capabilities).rescueEntry !== 'external';
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

type Way = Pick<FailingCall, 'status' | 'carriedOut'>;

const ways: readonly [when: string, way: Way][] = [
  ['before it is heard', { status: 'cut' }],
  ['while it is worked on, and nothing comes of it', { status: 500 }],
  ['while it is worked on, and that goes on', { status: 504, carriedOut: true }],
  ['after it was done, with the answer lost', { status: 'cut-after' }],
];

/** Each call of an install fails once in each way; afterwards the provider is as it was before. */
export function describeFailures(name: string, start: () => Promise<LeavingProvider>): void {
  /** Plays with the call number 0, 1, 2 … failing, each time in a new world, until there is no such call. */
  async function forEachCall(
    way: Way,
    play: (test: LeavingProvider, call: number) => Promise<void>,
  ): Promise<{ calls: number; fewest: number }> {
    for (let call = 0; ; call += 1) {
      const test = await start();
      try {
        test.fail({ path: /./, skip: call, ...way });
        await play(test, call);
        if (test.calls() <= call) return { calls: call, fewest: test.fewestCalls ?? FEWEST_CALLS };
      } finally {
        await test.close();
      }
    }
  }

  describe(`${name}: each call of an install fails once`, () => {
    it.each(ways)('%s, and the undo leaves everything as it was', async (_when, way) => {
      const { calls, fewest } = await forEachCall(way, async (test, call) => {
        const before = await untouched(start);
        const notes: Notes = {};
        const first = await test.provider.getServer(test.deviceId, never).catch(() => null);
        if (first) await forward(test, notes, first.saved).catch(() => undefined);
        await test.restarts();
        await persist(() => back(test, notes, 'undo'));
        await test.restarts();
        expect(await test.left(), `call ${call}`).toEqual(before);
      });
      expect(calls).toBeGreaterThanOrEqual(fewest);
    });

    it.each(ways)('%s, and the next try brings the install through', async (_when, way) => {
      const { calls, fewest } = await forEachCall(way, async (test, call) => {
        const before = await untouched(start);
        const notes: Notes = {};
        const { saved } = await persist(() => test.provider.getServer(test.deviceId, never));
        await persist(() => forward(test, notes, saved));
        const entered = entersBy(test.provider, test.deviceId) ? 'rescue' : undefined;
        expect((await test.restarts()).at(-1), `call ${call}`).toBe(entered);
        const letIn = (await test.keyLabels()).includes(installKey.label);
        expect(letIn, `call ${call}`).toBe(test.provider.capabilities.keyDelivery !== 'by-hand');
        await persist(() => back(test, notes, 'boot'));
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
async function untouched(start: () => Promise<LeavingProvider>): Promise<unknown> {
  const test = await start();
  const left = await test.left();
  await test.close();
  return left;
}
