import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../bot/block-kit/lint.ts';
import { checkMessage, checkView } from '../../bot/slack-sender.ts';
import { type Message, sentence } from '../../bot/views/message.ts';
import { XepaError } from '../../core/errors.ts';
import { createLogger } from '../../core/log.ts';
import { wildText } from '../support/wild-text.ts';

/** A log that can be read. */
function scene(strict: boolean) {
  const lines: string[] = [];
  const log = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  return { lines, deps: { log, strict } };
}

const good = sentence('Hello, <@U01ALICE>.');
const tooLong: Message = { ...good, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }] };
const alone = (text: string) => ({
  text,
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }],
});

describe('checkMessage', () => {
  test('lets a good message through as it is', () => {
    for (const strict of [true, false]) expect(checkMessage(good, scene(strict).deps)).toBe(good);
  });

  test('where it is strict, a message that Slack would refuse is an error that says where', () => {
    expect(() => checkMessage(tooLong, scene(true).deps)).toThrow('/blocks/0/text/text: is 3001 characters');
    expect(() => checkMessage(sentence(''), scene(true).deps)).toThrow('/text: is 0 characters, at least 1');
    expect(() => checkMessage(sentence('<!here> look'), scene(true).deps)).toThrow('would ping a channel');
  });

  test('in production its sentence goes out without the blocks, and the log says why', () => {
    const { deps, lines } = scene(false);
    expect(checkMessage(tooLong, deps)).toEqual(alone('Hello, <@U01ALICE>.'));
    expect(lines.join()).toContain('"pointer":"/blocks/0/text/text"');
  });

  test('in production a sentence that would ping is shown, but pings nobody', () => {
    const { deps } = scene(false);
    expect(checkMessage(sentence('Hey <!channel>, by <@U01ALICE>'), deps)).toEqual(
      alone('Hey &lt;!channel&gt;, by &lt;@U01ALICE&gt;'),
    );
    expect(checkMessage(sentence(' '), deps).text).toBe(' ');
    expect(checkMessage(sentence(''), deps).text).toContain('its log says more');
  });

  test('in production whatever was made of it can be sent', () => {
    const { deps } = scene(false);
    fc.assert(
      fc.property(wildText, (text) => {
        expect(lintMessage(checkMessage(sentence(text), deps))).toEqual({ ok: true });
      }),
    );
  });
});

describe('checkView', () => {
  const title = { type: 'plain_text', text: 'Install' } as const;

  test('lets a good view through as it is', () => {
    const view = { type: 'modal' as const, title, blocks: good.blocks };
    expect(checkView(view)).toBe(view);
  });

  test('a view that Slack would refuse is an error for people and for the log', () => {
    const view = { type: 'modal' as const, title: { ...title, text: 'x'.repeat(25) }, blocks: [] };
    const thrown = thrownBy(() => checkView(view));
    expect(thrown).toBeInstanceOf(XepaError);
    expect(thrown).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('/title/text: is 25 characters'),
    });
    expect(() => checkView({ type: 'home', blocks: tooLong.blocks })).toThrow(XepaError);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
