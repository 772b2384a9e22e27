import { bidiControl } from '../visible-text.ts';
import { failed, type Problem } from './verdict.ts';

/** In `mrkdwn` Slack makes mentions, links and dates of `<…>`; in `plain` it shows everything as it is. */
export type Markup = 'mrkdwn' | 'plain';

/** What no text that people read may hold: a ping, a `<` that somebody forgot to escape, a turned direction. */
export function checkWords(text: string, markup: Markup, at: string): Problem[] {
  return [
    ...(ping.test(text) ? [failed(at, 'would ping a channel or a group', { type: 'no_ping' })] : []),
    ...(loose[markup](text)
      ? [failed(at, `holds a < that makes no mention, link or date in ${markup}`, { type: 'escaped' })]
      : []),
    ...(bidiControl.test(text)
      ? [failed(at, 'holds a character that turns the direction of writing', { type: 'no_bidi_control' })]
      : []),
  ];
}

const ping = /<!(?:channel|here|everyone|group|subteam\^)/i;

const dateToken =
  /\{(?:day_divider_pretty|date_num|date_slash|date_long|date_long_full|date_long_pretty|date|date_pretty|date_short|date_short_pretty|time|time_secs|ago)\}/;
/** What may follow a `<` in mrkdwn: a person, a channel, a link, or a date with its tokens and a text to fall back to. */
const sequences = new RegExp(
  [
    '<@[UW][A-Z0-9]{2,}>',
    '<#C[A-Z0-9]{2,}>',
    String.raw`<(?:https?://|mailto:)[^<>|\s]+(?:\|[^<>|]+)?>`,
    String.raw`<!date\^\d+\^(?:[^<>|^{}]|${dateToken.source})+\|[^<>|]+>`,
  ].join('|'),
  'g',
);

const loose: Readonly<Record<Markup, (text: string) => boolean>> = {
  mrkdwn: (text) => text.replaceAll(sequences, '').includes('<'),
  plain: (text) => /<[@#!]/.test(text),
};
