import { GuestStalled } from './guest-watch.ts';
import { tellOf } from './on-failure.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

/** Starts a world and plays in it; the world stays for who wants to look at it, and is stopped when the play fails. */
export async function playScene(options: WorldOptions, play: (world: World) => Promise<void>): Promise<World> {
  try {
    return await playOnce(options, play);
  } catch (error) {
    if (!(error instanceof GuestStalled)) throw error;
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
    // Afterwards there is nobody left to ask; what cannot be told must not hide what went wrong.
    await tellOf(world).catch(console.error);
    await world.stop();
    throw error;
  }
}
