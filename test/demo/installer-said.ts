import { trimmedOutput } from '../../core/ssh/command.ts';
import type { World } from '../support/world.ts';
import { eventually } from './eventually.ts';

/** Waits until the installer in the VM has printed a mark on its serial port; read on the device itself. */
export async function installerSaid(world: World, installId: string, mark: string, limitMs = 240_000): Promise<string> {
  return eventually(
    `the installer's mark ${mark}`,
    async () => {
      const text = await installerSerial(world, installId);
      return text.includes(mark) ? text : null;
    },
    limitMs,
  );
}

/** What the VM's first serial port has said since it was started; empty while the device does not answer. */
export async function installerSerial(world: World, installId: string): Promise<string> {
  const record = await world.state.store.load(installId);
  const dir = record.facts.launch?.dir;
  if (dir === undefined) return '';
  const argv = ['cat', `${dir}/serial0.log`];
  try {
    const shell = await world.shells.shellOf(record, AbortSignal.timeout(20_000));
    return await shell.exec({ argv, timeoutMs: 15_000, okCodes: [0, 1], parse: trimmedOutput });
  } catch {
    return '';
  }
}
