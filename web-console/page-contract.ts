import type { ConsoleRight } from '../core/contracts/console-right.ts';
import type { JournalEntry, Phase, Purpose } from '../core/contracts/install.ts';
import type { StepName } from '../core/contracts/step-name.ts';
import type { BrowserDiscView } from './browser-disc/disc-contract.ts';
import type { MachineView, PowerState } from './machine-contract.ts';
import type { Standing } from './standing.ts';

/** How an install left its console, once it did. */
export type Ending = 'boot-metal' | 'powered-off' | 'cancelled' | 'failed' | null;

/** Everything the page shows of an install. Times are milliseconds since 1970 by the server's clock, which is `now`. */
export interface PageState {
  install: string;
  device: string;
  iso: string;
  /** `console`: no installer runs, but what is on the disk. */
  purpose: Purpose;
  who: string;
  /** With `view` the page sends no keys and hides what would be refused. */
  right: ConsoleRight;
  /** What is on the screen is kept, and who looks at it is told so before they do. */
  recorded: boolean;
  phase: Phase;
  standing: Standing;
  ending: Ending;
  step: StepName;
  stepNumber: number;
  stepCount: number;
  since: number;
  why: string | null;
  progress: JournalEntry['progress'] | null;
  failure: string | null;
  /** False when the installed system did not answer after the restart; null before that is known. */
  up: boolean | null;
  power: PowerState;
  /** How many of the VM's serial ports can be shown. */
  serialPorts: number;
  /** What QEMU says of the CD drive; null where nobody asked it. */
  drive: MachineView['drive'];
  /** Another ISO is on its way to the server. */
  awaitsDisc: boolean;
  /** A disc whose bytes lie in somebody's browser. */
  browserDisc: BrowserDiscView | null;
  /** When the session ends. */
  endsAt: number;
  /** When the install's own time at its console is over; null where it has no screen. */
  closesAt: number | null;
  now: number;
}

/** What the audit trail has of a text typed by the page: how long it is, and of a password not even that. */
export type TypedNote = { layout: string; characters: number } | { layout: string; secret: true } | { sysRq: string };

/** What has become of a picture that the page wants in the thread. */
export type PictureNews = { state: 'waiting' } | { state: 'posted' } | { state: 'failed'; message: string };
