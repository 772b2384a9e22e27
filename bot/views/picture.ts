import { startsFromDisk } from '../../core/console-round.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Picture } from '../../core/picture-store.ts';
import { cut, label, mention, plain } from '../text.ts';
import { isoName } from './names.ts';
import { stepNumber } from './steps.ts';

/** What stands around a picture of the screen. */
export interface PictureWords {
  fileName: string;
  /** Plain text. */
  title: string;
  altText: string;
  /** The message, in mrkdwn. */
  comment: string;
}

/** @param again an earlier try may have shown it already */
export function pictureWords(record: InstallRecord, picture: Picture, again: boolean): PictureWords {
  const time = new Date(picture.at).toISOString();
  const moment = `${subject(record, picture)} at ${time.slice(11, 16)} UTC, ${stepNumber(record, picture.step)}`;
  const { width, height } = picture;
  const { iso } = record.request;
  const what =
    iso && !startsFromDisk(record)
      ? `${isoName(iso)} being installed on ${record.device.name}`
      : `the installed system of ${record.device.name}`;
  const askers = picture.askedBy.length > 0 ? `, asked for by ${picture.askedBy.map(mention).join(', ')}` : '';
  const twice = again ? ' It replaces an earlier picture of the same moment, should there be one.' : '';
  return {
    fileName: `${record.id}-${time.slice(0, 19).replace(/[:T]/g, '-')}.png`,
    // Slack shows it under the message, and where files are searched.
    title: `${label(record.device.name, 80)}, ${time.slice(0, 10)} ${time.slice(11, 16)} UTC`,
    altText: cut(
      `Screenshot of ${what}, taken ${time.slice(0, 10)} at ${time.slice(11, 19)} UTC, ${width} by ${height} pixels. XEPA does not read what the picture says.`,
      1000,
    ),
    comment: `📷 ${moment}: ${plain(record.device.name)}${askers}.${twice}`,
  };
}

function subject(record: InstallRecord, { kind }: Picture): string {
  const [whose, run] = startsFromDisk(record) ? ["The system's", 'it'] : ["The installer's", 'the install'];
  if (kind === 'milestone:before-handback') return `${whose} last screen`;
  return kind === 'milestone:failed' ? `${whose} screen when ${run} failed,` : `${whose} screen`;
}
