import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { RecordingEntry, RecordingTerms } from '../../core/contracts/recording.ts';
import { toXepaError } from '../../core/errors.ts';
import type { InstallStore } from '../../core/install-store.ts';
import type { Keyring } from '../../core/keyring.ts';
import type { Logger } from '../../core/log.ts';
import type { RecordingIndex } from '../../core/recording-index.ts';
import type { Entry } from '../access.ts';
import type { ConsoleSession } from '../console-session.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { createByteBudget, shareOf } from './byte-budget.ts';
import { newContainer } from './container.ts';
import { fileOf, obstacleIn } from './shelf.ts';
import { type OpenSink, openFile } from './sink.ts';
import { SealedTape, type Tape } from './tape.ts';

/** Makes the recordings of this process. */
export interface Recorder {
  /** Null where the policy wants none. A refusal where it wants one and there cannot be one. */
  begin(entry: Pick<Entry, 'record' | 'session'>): Promise<Tape | null | Refusal>;
  /** Waits until all that have ended are on the disk. */
  close(): Promise<void>;
}

export interface RecorderDeps {
  /** XEPA_RECORDINGS_DIR. */
  folder: string | undefined;
  keyring: Keyring;
  index: Pick<RecordingIndex, 'put'>;
  store: Pick<InstallStore, 'note'>;
  clock: Clock;
  log: Logger;
  /** Opens a file by default. */
  openSink?: OpenSink;
}

/** What may wait for the disk: of all recordings, and of one. */
const WAITING_BYTES = 64 * 1024 * 1024;
const WAITING_BYTES_EACH = 16 * 1024 * 1024;

export function createRecorder(deps: RecorderDeps): Recorder {
  const budget = createByteBudget(WAITING_BYTES);
  const open = new Set<Promise<void>>();

  async function start(terms: RecordingTerms, session: ConsoleSession): Promise<Tape> {
    const { installId: install, slackUser: user, name, right } = session;
    const [id, startedAt] = [`r${randomBytes(6).toString('hex')}`, deps.clock.now()];
    const entry = { id, user, right, startedAt, keepMs: terms.keepMs };
    const about = { install, ...entry, ...(name === undefined ? {} : { name }) };
    const { head, seal } = newContainer(deps.keyring, about);
    const sink = await (deps.openSink ?? openFile)(pathOf(deps.folder, about), head);
    try {
      await deps.index.put(install, { ...entry, bytes: 0, seenAt: startedAt });
      const actor = { via: 'console' as const, id: user };
      await deps.store.note(install, { type: 'recording-started', actor, detail: { recording: id, right } });
    } catch (error) {
      await sink.close();
      throw error;
    }
    const finished = Promise.withResolvers<void>();
    open.add(finished.promise);
    return new SealedTape({
      ...{ sink, seal, startedAt },
      clock: deps.clock,
      budget: shareOf(budget, WAITING_BYTES_EACH),
      onProgress: (bytes) => void list(install, { ...entry, bytes }),
      async onDone({ bytes, reason, failure }) {
        await list(install, { ...entry, bytes, end: failure === null ? reason : 'unrecorded' });
        if (failure !== null) await tellFailure(session, id, failure);
        open.delete(finished.promise);
        finished.resolve();
      },
    });
  }

  /** The list is a courtesy: the file is what counts. */
  async function list(install: string, entry: Omit<RecordingEntry, 'seenAt'>): Promise<void> {
    await deps.index
      .put(install, { ...entry, seenAt: deps.clock.now() })
      .catch((err) => deps.log.warn({ err, installId: install }, 'a recording was not listed'));
  }

  async function tellFailure({ installId, slackUser }: ConsoleSession, id: string, err: unknown): Promise<void> {
    deps.log.error({ err, installId, recording: id }, 'a recording broke off, and its screen was closed');
    const actor = { via: 'console' as const, id: slackUser };
    await deps.store
      .note(installId, { type: 'recording-failed', actor, detail: { recording: id } })
      .catch((error) => deps.log.warn({ err: error, installId }, 'a broken recording is not on the audit trail'));
  }

  return {
    async begin({ record, session }) {
      if (!record.recording) return null;
      const obstacle = await obstacleIn(deps.folder);
      if (obstacle !== null) {
        deps.log.error({ installId: record.id, obstacle }, 'a console was refused: it cannot be recorded');
        return refuse('cannot-record', `This console has to be recorded, and ${obstacle}. Tell whoever runs XEPA.`);
      }
      try {
        return await start(record.recording, session);
      } catch (thrown) {
        deps.log.error({ installId: record.id, err: toXepaError(thrown) }, 'a console was refused: no recording began');
        return refuse('cannot-record');
      }
    },
    close: async () => void (await Promise.all(open)),
  };
}

function pathOf(folder: string | undefined, place: { install: string; id: string }): string {
  const file = folder === undefined ? null : fileOf(folder, place);
  if (file === null) throw new Error(`no place for a recording of ${place.install}`);
  return file;
}
