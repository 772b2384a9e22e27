import { chord, type KeyEvent } from './key-events.ts';
import { modifierKeys, namedKeys } from './physical.ts';

export interface SysRq {
  /** The key beside SysRq; Linux takes it by its place on an American keyboard. */
  letter: string;
  title: string;
  /** What may be lost, for the question before it. */
  warning: string;
}

/** What Linux does at once, however stuck it is (Documentation/admin-guide/sysrq.rst). */
export const sysRqs: readonly SysRq[] = [
  { letter: 's', title: 'Write buffers to disk (S)', warning: 'Linux writes what waits in memory to its disks.' },
  {
    letter: 'u',
    title: 'Make disks read-only (U)',
    warning: 'All file systems become read-only. An installation that runs will fail.',
  },
  {
    letter: 'b',
    title: 'Restart at once (B)',
    warning: 'The system restarts without writing anything. What is not on the disk yet is lost.',
  },
  {
    letter: 'e',
    title: 'Ask all programs to end (E)',
    warning: 'Every program but the first one is asked to end, the installer too.',
  },
  {
    letter: 'i',
    title: 'Kill all programs (I)',
    warning: 'Every program but the first one is killed, the installer too.',
  },
  { letter: 'w', title: 'Show what is stuck (W)', warning: 'The list appears in the kernel’s log and on the screen.' },
  { letter: 'm', title: 'Show memory (M)', warning: 'The figures appear in the kernel’s log and on the screen.' },
];

export function sysRqEvents(letter: string): KeyEvent[] {
  const key = { code: `Key${letter.toUpperCase()}`, keysym: letter.charCodeAt(0) };
  return chord([modifierKeys.alt, namedKeys.PrtSc], key);
}
