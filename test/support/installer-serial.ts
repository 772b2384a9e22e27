import { trimmedOutput } from '../../core/ssh/command.ts';
import type { World } from './world.ts';

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
