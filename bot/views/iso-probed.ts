import { bytes } from '../../core/bytes.ts';
import type { IsoProbe } from '../iso-probe.ts';
import { code, plain } from '../text.ts';
import type { NamedIso } from './iso-list.ts';
import { type Message, sentence } from './message.ts';

/** What an ISO's address answered, and what that does not say. */
export function isoProbed(iso: NamedIso, probe: IsoProbe): Message {
  const name = code(iso.name, 100);
  if (!probe.ok) {
    return sentence(
      `⚠️ ${name} was not found from here: ${plain(probe.why, 300)}. The servers fetch it themselves and may see more, or less.`,
    );
  }
  const size = probe.bytes === null ? 'its size was not told' : `it has ${bytes(probe.bytes)}`;
  const digest =
    iso.sha256 === null
      ? 'It has no checksum, so nothing proves its content.'
      : 'Whether its content fits the checksum shows only when a server has fetched it; an ISO that does not fit is never started.';
  return sentence(`✅ ${name} is there: ${plain(probe.host, 100)} answers, and ${size}. ${digest}`);
}
