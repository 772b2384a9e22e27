import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecondPath } from '../../../core/contracts/lifeline.ts';
import { makePath, takeBackPath } from '../../../worker/providers/second-path.ts';
import type { LifelineMove } from '../../../worker/providers/types.ts';
import type { LeavingApi } from './conformance-failures.ts';

/** An API that also tells what a second path leaves behind in it. */
export interface PathApi extends LeavingApi {
  /** Ports and their bonds, and every object of the account, in words that can be compared. */
  network(): unknown;
}

const never = new AbortController().signal;
/** An engine gives up later; what is deleted takes a moment. */
const LOOKS = 12;

/** What stands in the record. */
class Notes {
  readonly names = new Set<string>();
  readonly has = (name: string) => this.names.has(name);
  readonly note = async (name: string) => void this.names.add(name);
}

const ways = [
  ['before the API hears of it', 'cut'],
  ['while the API works on it', 500],
  ['after the API has done it, with the answer lost', 'cut-after'],
] as const;

/** A second path, as every adapter that declares one promises it. */
export function describeLifeline(name: string, start: () => Promise<PathApi>): void {
  async function begin() {
    const test = await start();
    const move = test.provider.lifeline;
    if (!move) throw new Error('it declares a second path and has none');
    const ports = await move.ports(test.deviceId, never);
    const path = { label: 'xepa-xe-7f3kq2', deviceId: test.deviceId, portId: ports.at(-1)?.id ?? '' };
    return { test, move, path, before: test.network() };
  }

  describe(`${name} makes a second path`, () => {
    let scene: Awaited<ReturnType<typeof begin>>;
    beforeEach(async () => {
      scene = await begin();
    });
    afterEach(() => scene.test.close());

    it('tells the ports of the bond, and changes nothing', async () => {
      const ports = await scene.move.ports(scene.test.deviceId, never);
      expect(ports.length).toBeGreaterThanOrEqual(2);
      for (const { mac } of ports) expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      expect(scene.test.network()).toEqual(scene.before);
    });

    it('makes each part once however often it is asked, and tells an address in one network with its gateway', async () => {
      const notes = new Notes();
      expect(await insist(() => forward(scene, notes))).toBeNull();
      const made = scene.test.network();
      expect(made).not.toEqual(scene.before);
      expect(await forward(scene, notes)).toBeNull();
      expect(scene.test.network()).toEqual(made);
      const way = await scene.move.address(scene.path, never);
      expect(way.address).not.toBe(way.gateway);
      expect(way.prefix).toBeGreaterThan(0);
    });

    it('takes everything back, twice, and also what never was begun', async () => {
      const notes = new Notes();
      await insist(() => forward(scene, notes));
      for (const _twice of [1, 2]) expect(await insist(() => back(scene, notes))).toBeNull();
      expect(scene.test.network()).toEqual(scene.before);
      const all = { has: () => true };
      expect(await takeBackPath(scene.move, { path: scene.path, begun: all, signal: never })).toBeNull();
      expect(scene.test.network()).toEqual(scene.before);
    });

    it('takes back what stops after each part', async () => {
      for (const upTo of scene.move.parts.keys()) {
        const notes = new Notes();
        const some = { parts: scene.move.parts.slice(0, upTo + 1) };
        await insist(() => makePath(some, { path: scene.path, begun: notes, signal: never }));
        expect(await insist(() => back(scene, notes))).toBeNull();
        expect(scene.test.network(), `${upTo}`).toEqual(scene.before);
      }
    });

    it('leaves the paths of others alone, and knows its own by what stands on them', async () => {
      const other = { ...scene.path, label: 'xepa-xe-7f3kq22' };
      const begun = { has: () => true, note: async () => undefined };
      const objects = { parts: scene.move.parts.filter(({ name: part }) => !part.includes('port')) };
      await insist(() => makePath(objects, { path: other, begun, signal: never }));
      const others = scene.test.network();
      const notes = new Notes();
      await insist(() => forward(scene, notes));
      expect(new Set(await scene.move.leftovers(never))).toEqual(new Set([other, scene.path]));
      await insist(() => back(scene, notes));
      expect(scene.test.network()).toEqual(others);
      expect(await scene.move.leftovers(never)).toEqual([other]);
    });
  });

  describe(`${name}: each call of a second path fails once`, () => {
    it.each(ways)('%s, and the undo leaves everything as it was', async (_when, status) => {
      const calls = await forEachCall(begin, status, async (scene) => {
        const notes = new Notes();
        await insist(() => forward(scene, notes), 1).catch(() => undefined);
        expect(await insist(() => back(scene, notes))).toBeNull();
        expect(scene.test.network()).toEqual(scene.before);
      });
      expect(calls).toBeGreaterThan(FEWEST_CALLS);
    });

    it.each(ways)('%s, and the next try brings it through; then nothing is left', async (_when, status) => {
      const calls = await forEachCall(begin, status, async (scene) => {
        const notes = new Notes();
        expect(await insist(() => forward(scene, notes))).toBeNull();
        await scene.move.address(scene.path, never).catch(() => scene.move.address(scene.path, never));
        expect(await insist(() => back(scene, notes))).toBeNull();
        expect(scene.test.network()).toEqual(scene.before);
      });
      expect(calls).toBeGreaterThan(FEWEST_CALLS);
    });
  });
}

/** Each part makes at least one call forward and one back. */
const FEWEST_CALLS = 10;

interface Scene {
  test: PathApi;
  move: LifelineMove;
  path: SecondPath;
  before: unknown;
}

const forward = ({ move, path }: Scene, notes: Notes) => makePath(move, { path, begun: notes, signal: never });
const back = ({ move, path }: Scene, notes: Notes) => takeBackPath(move, { path, begun: notes, signal: never });

/** As the engine does: it looks again after a failure and after a wait. */
export async function insist(act: () => Promise<string | null>, failures = LOOKS): Promise<string | null> {
  let failed = 0;
  for (let look = 1; ; look += 1) {
    try {
      const missing = await act();
      if (missing === null || look >= LOOKS) return missing;
    } catch (error) {
      failed += 1;
      if (failed >= failures) throw error;
    }
  }
}

/** Plays with the call number 0, 1, 2 … failing, each time in a new world, until there is no such call. */
async function forEachCall(
  begin: () => Promise<Scene>,
  status: (typeof ways)[number][1],
  play: (scene: Scene) => Promise<void>,
): Promise<number> {
  for (let call = 0; ; call += 1) {
    const scene = await begin();
    try {
      const already = scene.test.calls();
      scene.test.fail({ path: /./, skip: call, status });
      await play(scene);
      if (scene.test.calls() - already <= call) return call;
    } finally {
      await scene.test.close();
    }
  }
}
