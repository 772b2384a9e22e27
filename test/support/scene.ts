import { diagnose } from '../lab/machine/diagnosis.ts';
import { LAB_DIR } from '../lab/paths.ts';
import { installerSerial } from './installer-serial.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

/** A guest that runs says something within seconds; in emulation under load within two minutes. */
const SILENCE_MS = 240_000;

/**
 * The emulated processor sometimes never starts the nested guest. That is the lab's fault and not the product's, so it
 * is told apart from a failure: diagnosed, said aloud, and tried once more on a fresh machine.
 */
class GuestSilent extends Error {}

/** @throws GuestSilent when the VM has run for a long time and its guest has printed nothing at all */
export async function failIfSilent(world: World, installId: string): Promise<void> {
  const record = await world.state.store.load(installId);
  const since = record.facts.launch?.startedAt;
  if (record.at !== 'attend' || since === undefined || Date.now() - since < SILENCE_MS) return;
  if ((await installerSerial(world, installId)) !== '') return;
  const machine = world.lab.devices.find(({ id }) => id === record.device.id)?.machine;
  const report = machine ? await diagnose(machine, LAB_DIR) : 'no machine';
  throw new GuestSilent(`the nested guest never started; diagnosis in ${report}`);
}

/** Starts a world and plays in it; the world stays for who wants to look at it, and is stopped when the play fails. */
export async function playScene(options: WorldOptions, play: (world: World) => Promise<void>): Promise<World> {
  try {
    return await playOnce(options, play);
  } catch (error) {
    if (!(error instanceof GuestSilent)) throw error;
    console.warn(`RETRIED ONCE on a fresh machine: ${error.message}`);
    return playOnce(options, play);
  }
}

async function playOnce(options: WorldOptions, play: (world: World) => Promise<void>): Promise<World> {
  const world = await startWorld(options);
  try {
    await play(world);
    return world;
  } catch (error) {
    await world.stop();
    throw error;
  }
}
