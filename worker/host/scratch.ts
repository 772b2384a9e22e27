import { XepaError } from '../../core/errors.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { mountScratchScript, unmountScratchScript } from './scripts/scratch.ts';
import { firstLine, parseSections } from './sections.ts';

/**
 * Memory for what a VM writes that must not write to its disk: QEMU puts its temporary file there, and throws it away at
 * its end. Repeatable.
 * @param wish `sizeMb`: all that the VM may write; `besidesMb`: what the VM itself is going to take. Both in MiB
 * @throws XepaError device-unfit by the parser, where the server has not as much memory as that
 */
export function mountScratch(wish: { dir: string; sizeMb: number; besidesMb: number }): Command<undefined> {
  return scriptCommand({
    script: mountScratchScript,
    args: [wish.dir, String(wish.sizeMb), String(wish.besidesMb)],
    timeoutMs: 20_000,
    parse: ({ stdout }) => {
      const sections = parseSections(stdout);
      if (firstLine(sections, 'mounted') !== 'yes') throw noRoom(wish, Number(firstLine(sections, 'free')));
      return undefined;
    },
  });
}

/** Gives that memory back. Does nothing where there is none. */
export function unmountScratch(dir: string): Command<undefined> {
  return scriptCommand({ script: unmountScratchScript, args: [dir], timeoutMs: 20_000, parse: ignoreOutput });
}

function noRoom({ sizeMb, besidesMb }: { sizeMb: number; besidesMb: number }, freeKib: number): XepaError {
  const text = `The server has ${Math.floor(freeKib / 1024)} MB of memory left, too little for a snapshot: ${besidesMb} MB go to the virtual machine and ${sizeMb} MB to what it writes.`;
  return new XepaError('device-unfit', { message: text, userMessage: text });
}
