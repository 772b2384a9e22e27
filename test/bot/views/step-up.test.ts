import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import type { Message } from '../../../bot/views/message.ts';
import { confirmVoteLink, linkPasskeyLink } from '../../../bot/views/step-up.ts';

const link = { url: `https://xepa.example.com/p#v1.${'t'.repeat(700)}`, ttlSeconds: 600 };

const messages: Record<string, Message> = {
  'to confirm a vote': confirmVoteLink(link),
  'to link the first passkey': linkPasskeyLink(link, { linked: 0, voting: false }),
  'to link one before a vote counts': linkPasskeyLink(link, { linked: 0, voting: true }),
  'to manage one': linkPasskeyLink(link, { linked: 1, voting: false }),
  'to manage several': linkPasskeyLink(link, { linked: 3, voting: false }),
};

describe.each(Object.entries(messages))('the message %s', (_what, message) => {
  test('keeps to the limits of Slack and has its address in one button alone', () => {
    expect(lintMessage(message)).toEqual({ ok: true });
    const buttons = message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
    expect(buttons).toMatchObject([{ type: 'button', action_id: 'xepa.open-link', url: link.url }]);
    expect(JSON.stringify(message).split('https://')).toHaveLength(2);
    expect(message.text).toContain('10 min');
  });
});

test('the words fit what is linked and why it is asked', () => {
  const texts = Object.fromEntries(Object.entries(messages).map(([what, { text }]) => [what, text]));
  expect(texts['to confirm a vote']).toContain('counts once you confirm it with your passkey');
  expect(texts['to link one before a vote counts']).toContain('Link one first');
  expect(texts['to manage one']).toContain('A passkey is linked to you');
  expect(texts['to manage several']).toContain('3 passkeys are linked to you');
});
