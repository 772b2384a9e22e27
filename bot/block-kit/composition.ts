import { type Check, eitherOf, flag, matching, oneOf, type Rule, shape, string, typed } from './checks.ts';
import { type Limit, limits } from './limits.ts';
import { checkWords, type Markup } from './words.ts';

/** Text that people read; never empty. */
export function words(markup: Markup, limit: Limit): Check {
  return (value, at) => [
    ...string({ min: 1, ...limit })(value, at),
    ...(typeof value === 'string' ? checkWords(value, markup, at) : []),
  ];
}

const plain = (limit: Limit) => ({ plain_text: shape({ text: words('plain', limit) }, { emoji: flag }) });
const mrkdwn = (limit: Limit) => ({ mrkdwn: shape({ text: words('mrkdwn', limit) }, { verbatim: flag }) });

/** A text object that Slack takes only as plain text: headers, labels, buttons. */
export function plainText(limit: Limit = limits['PlainTextElement.text']): Check {
  return typed(plain(limit));
}

/** A text object of either kind. */
export function anyText(limit: Limit = limits['MrkdwnElement.text']): Check {
  return typed(textKinds(limit));
}

/** Both kinds of text object, for places that take other things too. */
export function textKinds(limit: Limit): Readonly<Record<'plain_text' | 'mrkdwn', Check>> {
  return { ...plain(limit), ...mrkdwn(limit) };
}

/** A web address; Slack opens nothing else from a button or a picture. */
export function address(limit: Limit): Check {
  return matching(/^https?:\/\/[^\s/]/, 'an http or https address', limit);
}

export const confirmDialog = shape(
  { text: anyText(limits['Confirm.text']) },
  {
    title: plainText(limits['Confirm.title']),
    confirm: plainText(limits['Confirm.confirm']),
    deny: plainText(limits['Confirm.deny']),
    style: oneOf('primary', 'danger'),
  },
);

/** A picture is either an address or a file in Slack. */
export const picture = {
  image_url: address(limits['UrlImageObject.image_url']),
  slack_file: shape({}, { id: string(), url: string() }, eitherOf('id', 'url')),
};
export const onePicture: Rule = eitherOf('image_url', 'slack_file');
