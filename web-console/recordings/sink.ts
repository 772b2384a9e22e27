import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where the bytes of one recording go. Each call waits for the one before. */
export interface Sink {
  append(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Opens a new file that holds these bytes already; there is never one under its name without them. */
export type OpenSink = (file: string, head: Buffer) => Promise<Sink>;

export const PART_ENDING = '.part';

export const openFile: OpenSink = async (file, head) => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}${PART_ENDING}`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.appendFile(head);
    await rename(unfinished, file);
  } catch (error) {
    await handle.close();
    await rm(unfinished, { force: true });
    throw error;
  }
  return {
    // All of it or an error, unlike `write`.
    append: (bytes) => handle.appendFile(bytes),
    async close() {
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
  };
};
