import type { OtherDiscFacts } from '../../core/contracts/facts.ts';
import type { DiscUpload, DiscWish, InstallRecord } from '../../core/contracts/install.ts';
import { lookForRoom, promisedMb, roomBytes, tooLargeText } from '../../core/disc-room.ts';
import { XepaError } from '../../core/errors.ts';
import { growingPath } from '../../core/growing-disc.ts';
import { otherDiscPath } from '../../core/media-paths.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { removeFile } from '../host/media.ts';
import { beginUpload, finishUpload, uploadState } from '../host/upload.ts';
import type { StepContext } from '../saga/step.ts';
import { need } from './deps.ts';
import { unusable } from './iso-fetch.ts';

type Wanted = DiscWish & { upload: DiscUpload };

/** So long after its last byte an upload is taken for given up: it holds memory that others may need. */
const GIVEN_UP_SECONDS = 30 * 60;

/**
 * What is to be done about an ISO that comes from somebody's computer: there is room and a file for it, what is whole is
 * checked and put in its place, what nobody goes on with is removed. The bytes themselves are the web console's business.
 */
export async function tendUpload(context: StepContext, shell: HostShell): Promise<void> {
  const wish = wanted(context.record);
  if (!wish) return;
  try {
    await tend(context, shell, wish);
  } catch (error) {
    if (!(error instanceof XepaError) || error.code !== 'iso-unusable') throw error;
    await shell.exec(removeFile(otherDiscPath(context.record)), context.signal);
    await save(context, wish, { state: 'failed', why: error.userMessage });
  }
}

/** What the bot has agreed to, and that is not settled yet. */
function wanted({ discWish, facts }: InstallRecord): Wanted | null {
  if (discWish?.verdict !== 'accepted' || !discWish.upload) return null;
  const settled = facts.otherDisc?.n === discWish.n && facts.otherDisc.state !== 'fetching';
  return settled ? null : { ...discWish, upload: discWish.upload };
}

async function tend(context: StepContext, shell: HostShell, wish: Wanted): Promise<void> {
  if (wish.upload.stopped) throw unusable('It was stopped.');
  if (context.record.facts.otherDisc?.n !== wish.n) return begin(context, shell, wish);
  if (wish.upload.sha256 !== undefined) return finish(context, shell, { wish, sha256: wish.upload.sha256 });
  const { bytes, idleSeconds } = await shell.exec(uploadState(fileOf(context, wish)), context.signal);
  if (bytes === null) throw unusable('What was there of it is not on the server any more. Choose it again.');
  if (idleSeconds > GIVEN_UP_SECONDS) throw unusable('Nothing of it came for half an hour, so it was removed.');
}

/** One at a time lies on the server. Repeated after a crash, it begins once more: nobody is told to send before it is over. */
async function begin(context: StepContext, shell: HostShell, wish: Wanted): Promise<void> {
  const { record, signal } = context;
  const path = otherDiscPath(record);
  await shell.exec(removeFile(path), signal);
  const room = await shell.exec(lookForRoom({ path, pidFile: need(record.facts.launch, 'launch').pidFile }), signal);
  const fault = tooLargeText(wish.upload.bytes, roomBytes(room, promisedMb(record.facts)));
  if (fault !== null) throw unusable(fault);
  await shell.exec(beginUpload(fileOf(context, wish)), signal);
  await save(context, wish, { state: 'fetching', bytes: wish.upload.bytes });
}

async function finish(
  context: StepContext,
  shell: HostShell,
  { wish, sha256: wantedSum }: { wish: Wanted; sha256: string },
): Promise<void> {
  const upload = { file: fileOf(context, wish), path: otherDiscPath(context.record), sha256: wantedSum };
  const { sha256, bytes } = await shell.exec(finishUpload(upload), context.signal);
  if (sha256 === '') throw unusable('What was there of it is not on the server any more. Choose it again.');
  if (sha256 !== wantedSum) throw unusable(otherSum(wantedSum, sha256));
  await save(context, wish, { state: 'ready', bytes, sha256 });
}

function otherSum(wantedSum: string, sum: string): string {
  return `It did not arrive as it was sent: your browser read SHA-256 ${wantedSum}, the server has ${sum}. It was removed; upload it again.`;
}

function fileOf(context: StepContext, { n }: Wanted): string {
  return growingPath({ path: otherDiscPath(context.record), n });
}

async function save(
  context: StepContext,
  { n, typed }: Wanted,
  change: Pick<OtherDiscFacts, 'state'> & Partial<OtherDiscFacts>,
): Promise<void> {
  const fact = { n, name: typed, path: otherDiscPath(context.record), bytes: null, sha256: '', why: '', ...change };
  await context.save({ otherDisc: fact });
}
