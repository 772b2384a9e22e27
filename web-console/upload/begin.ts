import { z } from 'zod';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { tooLargeText } from '../../core/disc-room.ts';
import type { Entry } from '../access.ts';
import { actorOf } from '../acting.ts';
import { ejectFirst, isInDrive } from '../disc-routes.ts';
import { FileName } from '../file-name.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { isBusy } from './busy.ts';
import type { UploadDeps } from './deps.ts';
import { roomOn, silence } from './device.ts';
import { type ChosenFile, isUnderWay, type UploadWish, uploadIn, wishForUpload } from './wish.ts';

/** No server has more memory. */
const MOST_BYTES = 2 ** 42;

export const ChosenFileBody: z.ZodType<ChosenFile> = z.object({
  name: FileName,
  bytes: z.number().int().min(1).max(MOST_BYTES),
  key: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * An upload begins, or the one of the same file goes on. Asks the server first whether there is room.
 * @returns its number
 */
export async function beginUpload(deps: UploadDeps, entry: Entry, file: ChosenFile): Promise<{ n: number } | Refusal> {
  const { record } = entry;
  const by = actorOf(entry);
  const known = uploadIn(record);
  if (known && known.by.id === by.id && goesOn(record, known, file)) return { n: known.n };
  if (known && known.by.id !== by.id && (await isBusy(deps, record))) return refuse('upload-busy');
  if (await isInDrive(deps, record)) return refuse('machine-refuses', ejectFirst);
  try {
    const fault = tooLargeText(file.bytes, await roomOn(deps.useLine, record));
    if (fault !== null) return refuse('no-room', fault);
  } catch (thrown) {
    return silence(deps.log, record.id, thrown);
  }
  const wish = { by, at: deps.clock.now() };
  const written = await deps.store.update(record.id, (now) => {
    // Somebody else was quicker, since we looked.
    return now.discWish?.n === record.discWish?.n ? wishForUpload(now, file, wish) : null;
  });
  const mine = uploadIn(written);
  if (mine?.at === wish.at && mine.by.id === by.id) return { n: mine.n };
  return refuse(written.discWish?.n === record.discWish?.n ? 'ended' : 'upload-busy');
}

/** The same file once more: after a reload of the page, in another tab, or because an answer was lost. */
function goesOn(record: InstallRecord, { upload }: UploadWish, file: ChosenFile): boolean {
  const wish = uploadIn(record);
  if (!wish || upload.stopped || upload.key !== file.key || upload.bytes !== file.bytes) return false;
  return isUnderWay(record, wish);
}
