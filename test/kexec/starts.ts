import type { Survey } from '../../core/contracts/survey.ts';
import type { Machine } from '../lab/machine/machine.ts';

/** The second start of the rescue kernel, and what the product makes of it. */
export interface Start {
  title: string;
  /** Of the server; absent: BIOS. */
  firmware?: Survey['firmware'];
  /** Process 1 of an initrd that takes the place of the rescue system's own. */
  init?: string;
  /** What else befalls the server, once it was told to jump. */
  meanwhile?: (machine: Machine) => Promise<unknown>;
  /** Why the ladder goes down, in the plan's words; without it the disk is passed through. */
  why?: RegExp;
  /** `XEPA_RESCUE_MINUTES`: a start that goes wrong is waited for that long, one that goes well as long as anywhere. */
  rescueMinutes: number;
}

const SLEEP = 'while :; do sleep 3600; done';
/** Of the system that was on the disk before. */
const FROM_DISK = /INSTALLED-OS-OK [^\r\n]*ID=factory[^\r\n]*/;
const PANIC_MS = 200_000;

export const starts = {
  up: { title: 'the rescue kernel comes up with the IOMMU on', rescueMinutes: 15 },
  uefi: {
    title: 'the same on a UEFI server, whose firmware the new kernel must find again',
    firmware: 'uefi',
    rescueMinutes: 15,
  },
  hangs: {
    title: 'the new kernel hangs: nothing answers any more',
    init: SLEEP,
    why: /^It was started anew, but did not come up in time: XEPA waited for the rescue system to answer SSH/,
    rescueMinutes: 3,
  },
  panics: {
    title: 'the new kernel panics, and its dead man restarts the server from its disk',
    init: 'exit 1',
    meanwhile: (machine) => machine.waitForSerial(FROM_DISK, PANIC_MS),
    why: /^It was started anew, but did not come up in time: /,
    rescueMinutes: 4,
  },
  stranger: {
    title: 'it hangs, and somebody restarts the server into rescue by hand: a new host key, and no word of ours',
    init: SLEEP,
    meanwhile: (machine) => machine.reset('rescue'),
    why: /^It was started anew, but did not come up in time: .*It is not the kernel that XEPA has started/,
    rescueMinutes: 4,
  },
} as const satisfies Record<string, Start>;

export type StartName = keyof typeof starts;

/** @throws when a word names none */
export function chosenStarts(wish: string | undefined): StartName[] {
  const names = Object.keys(starts) as StartName[];
  if (wish === undefined) return names;
  return wish.split(',').map((word) => {
    const name = names.find((one) => one === word.trim());
    if (name === undefined) throw new Error(`${word} is none of ${names.join(', ')}`);
    return name;
  });
}
