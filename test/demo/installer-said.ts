import { failIfStalled } from '../support/guest-watch.ts';
import { installerSerial } from '../support/installer-serial.ts';
import type { World } from '../support/world.ts';
import { eventually } from './eventually.ts';

/** Waits until the installer in the VM has printed a mark on its serial port; read on the device itself. */
export async function installerSaid(world: World, installId: string, mark: string, limitMs = 240_000): Promise<string> {
  return eventually(
    `the installer's mark ${mark}`,
    async () => {
      const text = await installerSerial(world, installId);
      if (text.includes(mark)) return text;
      await failIfStalled(world, installId);
      return null;
    },
    limitMs,
  );
}
