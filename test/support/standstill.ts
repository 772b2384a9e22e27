import type { InstallRecord } from '../../core/contracts/install.ts';
import { eventually } from '../demo/eventually.ts';
import { machineOf, stalled } from './guest-watch.ts';
import { inside } from './inside.ts';
import type { World } from './world.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the lab may be what failed, and not the product: `npm test` says it when it runs the file once more. */
    standstill?: string;
  }
}

const ANSWER_MS = 90_000;

/**
 * Under load the emulated processor sometimes stops a server for good while its VM runs. From outside that is a server
 * that is on, in its rescue system, with its cable plugged, and answers nothing. A product that takes the server's
 * lifeline away looks the same, but does it a second time.
 * @returns what was found out about the first such server; null when all answer
 */
export async function standstill(world: World): Promise<string | null> {
  for (const id of await world.state.store.listOpenIds()) {
    const record = await world.state.store.load(id);
    if (!mustAnswer(world, record) || (await answers(world, id))) continue;
    return (await stalled(world, id, `at ${record.at}`, '')).message;
  }
  return null;
}

function mustAnswer(world: World, { facts, device }: InstallRecord): boolean {
  return facts.launch !== undefined && machineOf(world, device)?.booted === 'rescue';
}

function answers(world: World, id: string): Promise<boolean> {
  const ask = () =>
    inside(world, id, ['echo', 'here']).then(
      () => true,
      () => null,
    );
  return eventually('an answer of the server', ask, ANSWER_MS).catch(() => false);
}
