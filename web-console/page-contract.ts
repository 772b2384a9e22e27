import type { ConsoleRight } from '../core/contracts/console-right.ts';
import type { JournalEntry, Phase } from '../core/contracts/install.ts';
import type { StepName } from '../core/contracts/step-name.ts';
import type { Standing } from './standing.ts';

/** What QEMU says of the VM; null where nobody asked it. */
export type PowerState = 'running' | 'paused' | 'off' | null;

/** How an install left its console, once it did. */
export type Ending = 'boot-metal' | 'powered-off' | 'cancelled' | 'failed' | null;

/** Everything the page shows of an install. Times are milliseconds since 1970 by the server's clock, which is `now`. */
export interface PageState {
  install: string;
  device: string;
  iso: string;
  who: string;
  /** With `view` the page sends no keys and hides what would be refused. */
  right: ConsoleRight;
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
  endsAt: number;
  now: number;
}
