import { bytes } from '../../../core/bytes.ts';
import type { TransferNews, TransferState } from './transfer.ts';

/** What the transfer does, in two or three words; said aloud when it changes. */
export const stateWords: Record<TransferState, string> = {
  asking: 'Asking whether it may be uploaded…',
  sending: 'Uploading',
  paused: 'Paused',
  lost: 'The network is gone; it goes on by itself',
  checking: 'Checking what arrived…',
};

/** How far it is: "43 % of 4.5 GB · 12.3 MB/s · about 3 minutes left". */
export function progressWords({ state, sent, speed }: TransferNews, total: number): string {
  if (state === 'asking') return bytes(total);
  if (state === 'checking') return `all ${bytes(total)} sent`;
  const share = `${percent(sent, total)} % of ${bytes(total)}`;
  if (speed === null) return share;
  return `${share} · ${bytes(speed)}/s · ${leftWords((total - sent) / speed)}`;
}

/** Never all of it before all of it is there. */
export function percent(sent: number, total: number): number {
  return Math.floor((100 * sent) / total);
}

/** As people would say it, so that it does not jump about. */
export function leftWords(seconds: number): string {
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.round(seconds / 5) * 5} seconds left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return 'about a minute left';
  if (minutes < 55) return `about ${minutes} minutes left`;
  const hours = Math.round(seconds / 1_800) / 2;
  return hours < 1.5 ? 'about an hour left' : `about ${hours} hours left`;
}

/** What is said of a file before it is uploaded. */
export function roomWords(size: number, roomBytes: number): { may: boolean; text: string } {
  const room = `the server has room for ${bytes(roomBytes)} beside the virtual machine`;
  if (size <= roomBytes) return { may: true, text: `It has ${bytes(size)}; ${room}.` };
  return { may: false, text: `It has ${bytes(size)}, but ${room}. It does not fit.` };
}

/** Of an upload of this person's that this tab does not send: after a reload, or where another one does. */
export function restWords(at: number | null, total: number | null): string {
  if (at === null || !total) return `The upload stands still. Choose the file again, and it goes on where it was.`;
  return `${percent(at, total)} % of it is on the server. If no other tab sends it, choose the file again, and it goes on from there.`;
}
