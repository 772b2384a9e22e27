import type { Clock } from '../../core/clock.ts';
import type { DiscProgress } from '../../core/disc-progress.ts';
import type { Logger } from '../../core/log.ts';
import type { InstallQueue } from '../../core/queues.ts';
import type { ActingDeps } from '../acting.ts';
import type { Machine } from '../machine.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { UseLine } from './lines.ts';
import type { Running } from './running.ts';

/** What uploads through this process need. */
export interface UploadDeps extends ActingDeps {
  machine: Machine;
  queue: Pick<InstallQueue, 'wake'>;
  /** How far an upload is; while it says something, somebody sends. */
  discProgress: DiscProgress;
  useLine: UseLine;
  running: Running;
  lookLimit: RateLimit;
  /** Pieces, and looks at how it stands. */
  uploadLimit: RateLimit;
  publicUrl: string;
  clock: Clock;
  log: Logger;
}
