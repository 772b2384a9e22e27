import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createRecordingIndex, type RecordingIndex } from '../../core/recording-index.ts';
import { createRecordingLinks } from '../../core/recording-links.ts';
import { type ConsoleBench, cookieOf, secret, startConsoleBench } from './console-bench.ts';

/** A record of an install whose console is recorded. */
export const recorded: Partial<InstallRecord> = { recording: { keepMs: 86_400_000, rules: ['recorded'] } };

/** A console that has a folder for recordings. */
export interface RecordingStage {
  bench: ConsoleBench;
  folder: string;
  index: RecordingIndex;
  /** The recordings of an install, once all of them have ended. */
  made(installId: string): Promise<string[]>;
  /** A link to one, as the bot makes it: what stands behind `/r#`. */
  link(installId: string, recording: string, slackUser?: string): Promise<string>;
  /** The Cookie header of somebody who may play it. */
  enter(installId: string, recording: string): Promise<string>;
  files(installId: string): string[];
  /** What the audit trail has of one type. */
  told(installId: string, type: string): Promise<unknown[]>;
}

/** @param folder where recordings go; a new one when left out */
export async function startRecordingStage(folder?: string): Promise<RecordingStage> {
  const place = folder ?? join(process.env.TMPDIR ?? '/tmp', `xepa-recordings-${process.pid}-${performance.now()}`);
  const bench = await startConsoleBench({ XEPA_RECORDINGS_DIR: place });
  const index = createRecordingIndex(bench.redis);
  const links = createRecordingLinks({ redis: bench.redis, keyring: parseKeyring(secret), clock: systemClock });
  const stage: RecordingStage = {
    bench,
    folder: place,
    index,
    async made(installId) {
      await vi.waitFor(
        async () => {
          const entries = await index.list(installId);
          expect(entries.length).toBeGreaterThan(0);
          expect(entries.filter(({ end }) => end === undefined)).toEqual([]);
        },
        { timeout: 10_000 },
      );
      return (await index.list(installId)).map(({ id }) => id);
    },
    link: (installId, recording, slackUser = 'U02BOB') => links.issue({ installId, recording, slackUser }, 120),
    async enter(installId, recording) {
      const ticket = await stage.link(installId, recording);
      return cookieOf(await bench.ask('/api/recordings/exchange', { body: { ticket } }));
    },
    files: (installId) => (existsSync(join(place, installId)) ? readdirSync(join(place, installId)) : []),
    told: async (installId, type) => (await bench.store.events(installId)).filter((event) => event.type === type),
  };
  return stage;
}
