import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Line, openSocket } from './line.ts';
import type { Noise } from './noise.ts';
import { startNoiseGuest } from './noise-guest.ts';
import type { Path } from './paths.ts';
import { type Encoding, RfbWatcher } from './rfb-watcher.ts';
import { Samples } from './samples.ts';

/** What moves on QEMU's screen, and how it is sent: about 40 KB an update. */
export const scenes: { name: string; area: { width: number; height: number }; encoding: Encoding }[] = [
  { name: 'Raw 60x40', area: { width: 60, height: 40 }, encoding: 'Raw' },
  { name: 'ZRLE 200x100', area: { width: 200, height: 100 }, encoding: 'ZRLE' },
];

/** With nothing in between: QEMU refreshes its picture about 33 times a second. */
export const LIMIT = "QEMU's own limit";

const STEADY = 20;
const SECOND_MS = 1_000;
const TRIES = 60;

/** Where the scenes' VMs have their sockets. */
export function guestSockets(dir: string): string[] {
  return scenes.map((_, index) => join(dir, `guest${index}.sock`));
}

/**
 * Updates a second of a real QEMU through each path, by scene.
 * @param tools `first` is the number of the first guest among the screens of a path
 */
export async function measureScreens(tools: {
  paths: readonly Path[];
  first: number;
  dir: string;
  noise: Noise;
  pace: { rounds: number; ms: number };
}): Promise<Samples<string, string>> {
  const { paths, first, dir, noise, pace } = tools;
  const samples = new Samples<string, string>([LIMIT, ...paths.map(({ name }) => name)]);
  for (const [index, vnc] of guestSockets(dir).entries()) {
    const scene = scenes[index];
    if (!scene) continue;
    const ways = [
      { name: LIMIT, open: () => openSocket(vnc) },
      ...paths.map(({ name, open }) => ({ name, open: () => open(first + index) })),
    ];
    const guest = await startNoiseGuest(vnc, scene.area);
    await untilItMoves(vnc);
    for (let round = 0; round < pace.rounds; round += 1) {
      for (const way of ways) {
        noise.listen();
        samples.add(way.name, scene.name, await updatesPerSecond(await way.open(), scene.encoding, pace.ms));
      }
    }
    await guest.stop();
  }
  return samples;
}

/** Asked for one after the other, as noVNC does. */
async function updatesPerSecond(line: Line, encoding: Encoding, ms: number): Promise<number> {
  const watcher = new RfbWatcher(line);
  await watcher.greet(encoding);
  // The first is the whole screen.
  await watcher.next();
  let count = 0;
  const begin = performance.now();
  while (performance.now() - begin < ms) {
    await watcher.next();
    count += 1;
  }
  const rate = (count * SECOND_MS) / (performance.now() - begin);
  watcher.close();
  return rate;
}

/** Firmware shows something now and then; the boot sector shows something all the time. */
async function untilItMoves(vnc: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const watcher = new RfbWatcher(await openSocket(vnc));
    await watcher.greet('Raw');
    const steady = async () => {
      for (let count = 0; count < STEADY; count += 1) await watcher.next();
      return true;
    };
    const moves = await Promise.race([steady(), pause(2 * SECOND_MS, false)]);
    watcher.close();
    if (moves) return;
  }
  throw new Error(`nothing moves on the screen at ${vnc}`);
}
