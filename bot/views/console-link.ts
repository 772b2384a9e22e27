import type { InstallRecord } from '../../core/contracts/install.ts';
import { plain } from '../text.ts';
import { actionIds } from './buttons.ts';
import { context, type Message, section } from './message.ts';
import { duration } from './units.ts';

/** One person's link. The address stands only in the button: crawlers read links in texts, and a text can be copied. */
export function consoleLink(record: InstallRecord, link: { url: string; ttlSeconds: number }): Message {
  const text = `Your console of ${plain(record.device.name)} is one click away. The link is for you alone and opens once, within ${duration(link.ttlSeconds * 1000)}.`;
  return {
    text,
    blocks: [
      section(`🖥️ ${text}`),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: actionIds.openLink,
            url: link.url,
            style: 'primary',
            text: { type: 'plain_text', text: 'Open the console' },
            accessibility_label: 'Open the console in the browser',
          },
        ],
      },
      context('Too late, or opened already? Press *Get console link* again.'),
    ],
  };
}
