import type { RecordingPart, RecordingView } from '../../recordings/survey-contract.ts';
import type { Answer } from '../answer.ts';
import { ask } from '../api.ts';

/** Redeems the ticket of a link; the cookie comes with the answer. */
export function redeemRecording(ticket: string): Promise<Answer<{ install: string; recording: string }>> {
  return ask('/api/recordings/exchange', { ticket });
}

/** What there is to play. Asking is written down. */
export function playRecording(install: string, recording: string): Promise<Answer<RecordingView>> {
  return ask(`${base(install, recording)}/play`, {});
}

/** One part of it. @throws Error with words for people */
export async function fetchPart(
  { install, recording }: Pick<RecordingView, 'install' | 'recording'>,
  { index, offset, chunks }: RecordingPart,
): Promise<Uint8Array> {
  const query = new URLSearchParams({ index: String(index), offset: String(offset), chunks: String(chunks) });
  const response = await fetch(`${base(install, recording)}/part?${query}`, { cache: 'no-store' }).catch(() => null);
  if (response?.ok) return new Uint8Array(await response.arrayBuffer());
  if (!response || response.status >= 500) throw new Error('XEPA does not answer. Press Play to try again.');
  throw new Error((await response.json()).message);
}

function base(install: string, recording: string): string {
  return `/api/recordings/${encodeURIComponent(install)}/${encodeURIComponent(recording)}`;
}
