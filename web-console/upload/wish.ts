import type { Actor } from '../../core/contracts/actor.ts';
import { consoleIsOpen, type DiscUpload, type DiscWish, type InstallRecord } from '../../core/contracts/install.ts';
import type { Change } from '../../core/install-store.ts';
import { withAct } from '../console-acts.ts';
import type { UploadStanding, UploadState } from './contract.ts';

/** A file of somebody's computer. */
export type ChosenFile = { name: string } & Pick<DiscUpload, 'bytes' | 'key'>;

export type UploadWish = DiscWish & { upload: DiscUpload };

/** The newest wish for another ISO, where it is an upload. */
export function uploadIn({ discWish }: InstallRecord): UploadWish | null {
  return discWish?.upload ? { ...discWish, upload: discWish.upload } : null;
}

/** An ISO is to come from somebody's computer. It takes the place of the one that was wanted before. Null once the console has closed. */
export function wishForUpload(record: InstallRecord, file: ChosenFile, wish: { by: Actor; at: number }): Change | null {
  if (!consoleIsOpen(record)) return null;
  const { name, bytes, key } = file;
  const n = (record.discWish?.n ?? 0) + 1;
  const discWish = { n, typed: name, upload: { bytes, key }, ...wish, verdict: 'asked' as const };
  return withAct(
    { ...record, discWish },
    { type: 'console-media', what: 'upload', disc: name, detail: { bytes }, ...wish },
  );
}

/** All of it was sent; a worker checks it. */
export function sentWhole(record: InstallRecord, sent: { n: number; sha256: string; by: Actor }): Change | null {
  const wish = running(record, sent);
  if (!wish || wish.upload.sha256 !== undefined || uploadState(record, wish) !== 'receiving') return null;
  const { n, sha256, by: actor } = sent;
  const discWish = { ...wish, upload: { ...wish.upload, sha256 } };
  const detail = { n, name: wish.typed, bytes: wish.upload.bytes, sha256 };
  return { record: { ...record, discWish }, note: { type: 'console-upload-sent', actor, detail } };
}

/** Who uploads it wants it no more; a worker removes what is there. */
export function stopUpload(record: InstallRecord, stop: { n: number; by: Actor; at: number }): Change | null {
  const wish = running(record, stop);
  if (!wish || wish.upload.stopped) return null;
  const discWish = { ...wish, upload: { ...wish.upload, stopped: true } };
  const { by, at } = stop;
  return withAct({ ...record, discWish }, { type: 'console-media', what: 'stop-upload', disc: wish.typed, by, at });
}

/** True until it is on the server, or was given up. */
export function isUnderWay(record: InstallRecord, wish: UploadWish): boolean {
  return !['ready', 'failed', 'refused'].includes(uploadState(record, wish));
}

/** @param user who asks */
export function uploadStanding(record: InstallRecord, user: string): UploadStanding | null {
  const wish = uploadIn(record);
  if (!wish) return null;
  const mine = wish.by.id === user;
  const state = uploadState(record, wish);
  const why = state === 'refused' ? wish.why : record.facts.otherDisc?.why;
  return {
    ...{ n: wish.n, name: wish.typed, bytes: wish.upload.bytes, state },
    why: state === 'refused' || state === 'failed' ? why || null : null,
    ...{ mine, key: mine ? wish.upload.key : null, at: null },
  };
}

export function uploadState({ facts }: InstallRecord, wish: UploadWish): UploadState {
  if (wish.verdict !== 'accepted') return wish.verdict;
  const fact = facts.otherDisc;
  if (fact?.n !== wish.n) return 'waiting';
  if (fact.state !== 'fetching') return fact.state;
  return wish.upload.sha256 === undefined ? 'receiving' : 'checking';
}

/** The upload of that number, where it is of this person and not over. */
function running(record: InstallRecord, { n, by }: { n: number; by: Actor }): UploadWish | null {
  const wish = uploadIn(record);
  return wish?.n === n && wish.by.id === by.id && isUnderWay(record, wish) ? wish : null;
}
