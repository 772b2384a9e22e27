import { MAX_PICTURE_BYTES } from '../../core/picture-store.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import type { Pixels } from '../host/pixels.ts';
import { encodePngWithin } from '../host/png-encode.ts';
import { fetchScreen, readScreen, screendump } from '../host/screen.ts';
import { vmPaths } from '../host/vm-paths.ts';
import { withQmp } from './vm-status.ts';

/**
 * What the VM's screen shows now. Leaves no file on the server.
 * @throws XepaError vm-failed, host-command-failed, unreachable …
 */
export async function lookAtScreen(shell: HostShell, dir: string, limit: AbortSignal): Promise<Pixels> {
  const { qmp, screen } = vmPaths(dir);
  const { execute, arguments: args } = screendump(screen);
  await withQmp(shell, qmp, (vm) => vm.execute(execute, args), limit);
  return readScreen(await shell.exec(fetchScreen(screen), limit));
}

/** A PNG of ours: of what came from the server, only the colours of pixels go on. */
export function asPicture(pixels: Pixels): Promise<Buffer> {
  return encodePngWithin(pixels, MAX_PICTURE_BYTES);
}
