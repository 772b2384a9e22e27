import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { GuestStalled } from './guest-watch.ts';
import { standstill } from './standstill.ts';
import type { World } from './world.ts';

const LINES = 40;

/** A test that fails once in a hundred runs must say then and there what the product did: its records, and the ends of its logs. */
export function tellOnFailure(worldOf: () => World | undefined): void {
  const limitMs = 300_000;
  afterEach(async ({ task }) => {
    const world = worldOf();
    if (task.result?.state !== 'fail' || !world) return;
    await tellOf(world);
    const stalled = task.result.errors?.find(({ name }) => name === GuestStalled.name)?.message;
    const reason = stalled ?? (await standstill(world));
    if (reason !== null) task.meta.standstill = reason;
  }, limitMs);
}

/** The records of what has not ended, and the ends of all logs: those of the product and those of the metal's serial ports. */
export async function tellOf(world: World): Promise<void> {
  console.error(`--- at ${Date.now()}`);
  for (const id of await world.state.store.listOpenIds()) {
    const { phase, at, rev, journal } = await world.state.store.load(id);
    console.error(JSON.stringify({ id, phase, at, rev, journal }, null, 1));
  }
  for (const folder of [world.folder, world.lab.folder]) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
      const end = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').slice(-LINES);
      console.error(`--- the end of ${name}\n${end.join('\n')}`);
    }
  }
}
