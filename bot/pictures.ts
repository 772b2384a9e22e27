import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Logger } from '../core/log.ts';
import type { Picture, PictureStore } from '../core/picture-store.ts';
import { CLAIM_MS, type Claimed, type SentMessage, type SentMessages } from './sent-messages.ts';
import { type SlackFailure, slackFailure, tokenTrouble } from './slack-errors.ts';
import type { SlackFiles } from './slack-files.ts';
import type { MessagePlace } from './slack-sender.ts';
import { pictureWords } from './views/picture.ts';

export interface PicturesDeps {
  pictures: Pick<PictureStore, 'list' | 'bytes'>;
  sent: Pick<SentMessages, 'claim' | 'replace'>;
  uploads: Pick<SlackFiles, 'stage' | 'share'>;
  clock: Clock;
  log: Logger;
}

/** A picture that could not be shown for so long is no news any more. */
const STALE_MS = 60 * 60_000;
/** Stands in place of the hash of a picture that Slack did not take. */
const REFUSED = 'refused:';

/** Under this key the bot remembers a picture that it posted. */
export function pictureKey(kind: string): string {
  return `picture:${kind}`;
}

/** Why Slack did not take the picture; null when it did. */
export function refusalOf(sent: SentMessage): string | null {
  return sent.hash.startsWith(REFUSED) ? sent.hash.slice(REFUSED.length) : null;
}

/**
 * Puts the pictures of an install into its thread, each once.
 * @returns after how many milliseconds to look again; 0 when all of them are there
 */
export async function showPictures(deps: PicturesDeps, record: InstallRecord, root: MessagePlace): Promise<number> {
  let wait = 0;
  for (const picture of await deps.pictures.list(record.id)) {
    if (deps.clock.now() - picture.at > STALE_MS) continue;
    const claim = await deps.sent.claim(record.id, pictureKey(picture.kind));
    if (claim.kind === 'busy') wait = Math.max(wait, CLAIM_MS);
    if (claim.kind === 'mine') wait = Math.max(wait, await show(deps, record, { picture, root, ...claim }));
  }
  return wait;
}

interface Showing {
  picture: Picture;
  root: MessagePlace;
  claimed: Claimed;
  again: boolean;
}

async function show(deps: PicturesDeps, record: InstallRecord, showing: Showing): Promise<number> {
  const { picture, root, again } = showing;
  const words = pictureWords(record, picture, again);
  const bytes = await deps.pictures.bytes(record.id, picture.kind);
  if (!bytes) return 0;
  let staged = false;
  try {
    const fileId = await deps.uploads.stage({ name: words.fileName, bytes, altText: words.altText });
    staged = true;
    await deps.uploads.share(fileId, { channel: root.channel, thread: root.ts, ...words });
    await remember(deps, record, { ...showing, hash: picture.sha256 });
    return 0;
  } catch (err) {
    deps.log.warn({ installId: record.id, kind: picture.kind, err }, 'a picture is not in the thread');
    return afterFailure(deps, record, { showing, staged, failure: slackFailure(err) });
  }
}

async function afterFailure(
  deps: PicturesDeps,
  record: InstallRecord,
  failed: { showing: Showing; staged: boolean; failure: SlackFailure },
): Promise<number> {
  const { showing, staged, failure } = failed;
  if (failure.kind === 'refused' && tokenTrouble(failure) === null) {
    await remember(deps, record, { ...showing, hash: `${REFUSED}${failure.error}` });
    return 0;
  }
  // Whether it is shown is unknown: the claim stays, and whoever finds it old posts again and says so.
  if (staged && (failure.kind === 'unknown' || failure.kind === 'broken')) return CLAIM_MS;
  const { picture, claimed } = showing;
  await deps.sent.replace(record.id, pictureKey(picture.kind), { from: claimed, to: null });
  return failure.kind === 'rate-limited' ? failure.retryAfterSeconds * 1000 : CLAIM_MS;
}

async function remember(deps: PicturesDeps, record: InstallRecord, what: Showing & { hash: string }): Promise<void> {
  const { picture, root, claimed, hash } = what;
  const place = { channel: root.channel, ts: '', rev: record.rev, at: deps.clock.now() };
  const to = { ...place, state: 'sent' as const, hash, stateHash: hash };
  await deps.sent.replace(record.id, pictureKey(picture.kind), { from: claimed, to });
}
