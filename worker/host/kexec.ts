import { posix } from 'node:path';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { outputTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import { forgetKernelScript, loadKernelScript, startKernelScript } from './scripts/kexec.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';

/** A file of the rescue system; with a digest where it came from elsewhere. */
interface StartFile {
  path: string;
  sha256?: string | undefined;
}

/** Of an install: in memory, and gone with the kernel that it was made under. */
export function kexecDir(installId: string): string {
  return posix.join('/run/xepa-kexec', installId);
}

/** Loads a kernel to be started in place of the running one; may be repeated. `said`: what went wrong, in the tool's words. */
export function loadKernel(
  start: { kernel: StartFile; initrd: StartFile; cmdline: string },
  dir: string,
): Command<{ loaded: boolean; said: string }> {
  const { kernel, initrd, cmdline } = start;
  return scriptCommand({
    script: loadKernelScript,
    args: [kernel.path, kernel.sha256 ?? '', initrd.path, initrd.sha256 ?? '', dir],
    input: `${cmdline}\n`,
    timeoutMs: 120_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      return {
        loaded: firstLine(sections, 'loaded') === 'yes',
        said: outputTail(linesOf(sections, 'said').join('\n')),
      };
    },
  });
}

/** Starts what is loaded, once: nothing happens where it was asked for before, or in another start than that of `bootId`. */
export function startKernel(bootId: string, dir: string): Command<undefined> {
  return scriptCommand({ script: startKernelScript, args: [bootId, dir], timeoutMs: 30_000, parse: ignoreOutput });
}

/** Unloads it, and forgets that it was there. */
export function forgetKernel(dir: string): Command<undefined> {
  return scriptCommand({ script: forgetKernelScript, args: [dir], timeoutMs: 30_000, parse: ignoreOutput });
}
