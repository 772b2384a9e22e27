import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { mention, plain } from '../text.ts';
import { actionIds } from './buttons.ts';
import { context, type Message, section, sentence } from './message.ts';
import { recordedText } from './recorded.ts';
import { duration } from './units.ts';

/** A link to be shown; `from` is the Slack user id of who asked for it, where that is somebody else. */
interface Link {
  url: string;
  right: ConsoleRight;
  ttlSeconds: number;
  from?: string;
}

interface Words {
  emoji: string;
  /** What one click away is: "Your console". */
  what: string;
  button: string;
  /** How to get another one. */
  again: string;
  /** What is sent to somebody else. */
  sent: string;
}

const words: Record<ConsoleRight, Words> = {
  control: {
    emoji: '🖥️',
    what: 'Your console',
    button: 'Open the console',
    again: 'Get console link',
    sent: 'a link to the console',
  },
  view: {
    emoji: '👀',
    what: 'A look at the screen',
    button: 'Watch the screen',
    again: 'Watch',
    sent: 'a link to watch the screen',
  },
};

/** One person's link. The address stands only in the button: crawlers read links in texts, and a text can be copied. */
export function consoleLink(record: InstallRecord, link: Link): Message {
  const { emoji, what, button, again } = words[link.right];
  const from = link.from === undefined ? '' : `${mention(link.from)} sent you this. `;
  const only = link.right === 'view' ? ' You watch only: keys and mouse do nothing.' : '';
  const recorded = record.recording ? ` ${recordedText(record.recording)}` : '';
  const text = `${from}${what} of ${plain(record.device.name)} is one click away. The link is for you alone and opens once, within ${duration(link.ttlSeconds * 1000)}.${only}${recorded}`;
  return {
    text,
    blocks: [
      section(`${emoji} ${text}`),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: actionIds.openLink,
            url: link.url,
            style: 'primary',
            text: { type: 'plain_text', text: button },
            accessibility_label: `${button} in the browser`,
          },
        ],
      },
      context(`Too late, or opened already? Press *${again}* in the install's message.`),
    ],
  };
}

/** To who asked: it went to somebody else, and what that person can do with it. */
export function linkSent(
  record: InstallRecord,
  sent: { right: ConsoleRight; ttlSeconds: number; receiver: string },
): Message {
  const { emoji, sent: what } = words[sent.right];
  const device = plain(record.device.name);
  const within = duration(sent.ttlSeconds * 1000);
  return sentence(
    `${emoji} Sent to ${mention(sent.receiver)}, who alone sees it: ${what} of ${device}, to be opened within ${within}.`,
  );
}

/** To who closed all consoles. */
export function consolesRevoked(record: InstallRecord): Message {
  const device = plain(record.device.name);
  const what = record.request.iso ? 'The install' : 'The virtual machine';
  return sentence(
    `🔒 All consoles of ${device} are closed, and its links are void. ${what} goes on; whoever may can get a new link.`,
  );
}
