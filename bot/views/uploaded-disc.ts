import { bytes } from '../../core/bytes.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { code, mention, plain } from '../text.ts';
import { fullStop, type Message, sentence } from './message.ts';

/** What became of an ISO that somebody uploaded from their computer: nobody else can look up what it was. */
export function uploadReplies(record: InstallRecord): { key: `disc-${number}`; message: Message }[] {
  const { discWish: wish, facts } = record;
  const disc = facts.otherDisc;
  if (!wish?.upload || disc?.n !== wish.n || disc.state === 'fetching') return [];
  const name = code(disc.name, 120);
  const by = mention(wish.by.id);
  const there = `💿 ${name}, which ${by} uploaded, is on the server: ${bytes(disc.bytes ?? 0)}, SHA-256 ${code(disc.sha256)}.`;
  const not = fullStop(`💿 ${name}, which ${by} wanted to upload, is not on the server: ${plain(disc.why, 600)}`);
  return [{ key: `disc-${wish.n}`, message: sentence(disc.state === 'ready' ? there : not) }];
}
