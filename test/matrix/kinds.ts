import { playDebianUnattended } from '../support/debian-unattended.ts';
import type { Cell } from './cells.ts';
import { playGrub } from './grub.ts';
import { playMini } from './mini.ts';

/** An ISO of the matrix. */
interface Kind {
  /** What installs what, as the run says it. */
  title: string;
  /** A whole install, from the start of a lab to its end. @returns what the metal printed from its own disk */
  play: (cell: Cell) => Promise<string>;
}

/** By the name on the axis. */
export const kinds: Record<Cell['iso'], Kind> = {
  mini: { title: "the lab's own installer", play: playMini },
  debian: {
    title: "Debian's installer by a preseed file",
    play: async ({ firmware, bus, rung }) => (await playDebianUnattended({ firmware, bus, rung })).proof,
  },
  grub: { title: "GRUB's rescue CD", play: playGrub },
};
