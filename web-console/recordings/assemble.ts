import { createGeneralTrail } from '../../core/general-trail.ts';
import type { Logger } from '../../core/log.ts';
import { createRecordingIndex } from '../../core/recording-index.ts';
import { createRecordingLinks } from '../../core/recording-links.ts';
import type { State } from '../../core/state.ts';
import type { Remark } from '../bounded-log.ts';
import type { ConsoleSettings } from '../config.ts';
import { playCookie } from '../cookie.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createPlaySessions } from './play-sessions.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { PlayRoutes } from './routes.ts';
import { sweep } from './sweep.ts';
import { inTurn } from './sweep-turn.ts';

const LINKS_PER_MINUTE = 10;
const PLAYS_PER_MINUTE = 20;
const SWEEP_EVERY_MS = 10 * 60_000;

/** All that recordings need in this process. */
export interface Recordings {
  recorder: Recorder;
  routes: PlayRoutes;
  /** Ends the sweeping, and waits until what has ended is on the disk. */
  close(): Promise<void>;
}

/** Wires the recordings together; deletes, from now on, what is past its time. */
export function assembleRecordings(
  state: State,
  settings: Pick<ConsoleSettings, 'XEPA_RECORDINGS_DIR' | 'XEPA_PUBLIC_URL'>,
  { log, remark }: { log: Logger; remark: Remark },
): Recordings {
  const { redis, clock, keyring, store } = state;
  const folder = settings.XEPA_RECORDINGS_DIR;
  const index = createRecordingIndex(redis);
  const recorder = createRecorder({ ...{ folder, keyring, index, store, clock, log } });
  const trail = createGeneralTrail({ redis, clock });
  const look = () => {
    if (folder === undefined) return;
    inTurn(redis, () => sweep({ folder, store, trail, index, clock, log })).catch((err) =>
      log.warn({ err }, 'recordings past their time could not be deleted; it is tried again'),
    );
  };
  look();
  const timer = setInterval(look, SWEEP_EVERY_MS);
  return {
    recorder,
    routes: {
      ...{ folder, keyring, store, index, clock, remark },
      links: createRecordingLinks({ redis, keyring, clock }),
      sessions: createPlaySessions({ redis, clock }),
      cookie: playCookie(settings.XEPA_PUBLIC_URL),
      linkLimit: createRateLimit(redis, { name: 'recording-link', perMinute: LINKS_PER_MINUTE }),
      playLimit: createRateLimit(redis, { name: 'recording-play', perMinute: PLAYS_PER_MINUTE }),
    },
    close() {
      clearInterval(timer);
      return recorder.close();
    },
  };
}
