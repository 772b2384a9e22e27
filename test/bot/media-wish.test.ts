import { describe, expect, it, test } from 'vitest';
import { resolveIso } from '../../bot/catalogue.ts';
import { typedAgain } from '../../bot/commands/retry.ts';
import { readConfig } from '../../bot/config.ts';
import { mediaWished, mustBeDigestFirst } from '../../bot/media-wish.ts';
import { namedIsos } from '../../bot/named-isos.ts';
import { isoCard } from '../../bot/views/iso-list.ts';
import { alice, anInstall } from '../support/an-install.ts';

const env = {
  REDIS_URL: 'redis://127.0.0.1',
  XEPA_SECRET: 's'.repeat(32),
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  XEPA_PUBLIC_URL: 'https://xepa.example.com/',
};
const url = 'https://example.org/a.iso';
const sha256 = 'ab'.repeat(32);

describe('how the ISO is to come', () => {
  it('is one of two words, or left to XEPA', () => {
    expect([mediaWished({}), mediaWished({ media: 'STREAM' })]).toEqual([{}, { media: 'stream' }]);
    expect(() => mediaWished({ media: 'usb' })).toThrow(
      expect.objectContaining({ userMessage: '`--media` takes `download` or `stream`, not `usb`.' }),
    );
  });

  it('is asked for again by retry', () => {
    const request = { iso: { url }, requestedBy: alice, media: 'stream' as const };
    expect(typedAgain(anInstall({ request }), { isos: new Map() }).options).toMatchObject({ media: 'stream' });
  });
});

describe('where rules want the digest first', () => {
  const digestFirst = ['prod-media'];
  const ask = (request: Parameters<typeof mustBeDigestFirst>[1]) => () => mustBeDigestFirst({ digestFirst }, request);

  it('is refused without one, and when it is to be streamed', () => {
    expect(ask({ iso: { url } })).toThrow(
      expect.objectContaining({ userMessage: expect.stringMatching(/prod-media.*--sha256/) }),
    );
    expect(ask({ iso: { url, sha256 }, media: 'stream' })).toThrow(
      expect.objectContaining({ userMessage: expect.stringMatching(/none is streamed.*Leave `--media stream` out/) }),
    );
  });

  it('goes on with one, and everywhere else', () => {
    expect(ask({ iso: { url, sha256 } })).not.toThrow();
    expect(() => mustBeDigestFirst({}, { iso: { url }, media: 'stream' })).not.toThrow();
  });
});

describe('mirrors of a configured ISO', () => {
  const mirrors = ['https://mirror.example.net/a.iso'];

  test('go along with it', () => {
    const rules = { catalogue: new Map([['os', { url, sha256, mirrors }]]), library: new Map(), allow: [] };
    expect(resolveIso({ iso: 'os' }, rules)).toEqual({ url, name: 'os', sha256, mirrors });
  });

  test('are shown with it', () => {
    const [iso] = namedIsos(new Map([['os', { url, sha256, mirrors }]]), new Map());
    if (!iso) throw new Error('it has a name');
    expect(JSON.stringify(isoCard(iso))).toContain('*Or from*  `https://mirror.example.net/a.iso`');
  });

  test.each([
    ['without a digest', { url, mirrors }, /sha256.*needed where there are mirrors/],
    ['with a password', { url, sha256, mirrors: ['https://me:pw@example.net/a'] }, /password/],
    ['of another kind', { url, sha256, mirrors: ['ftp://example.net/a'] }, /http\(s\)/],
  ])('are refused %s', (_what, os, sentence) => {
    const read = () => readConfig({ ...env, XEPA_ISOS: JSON.stringify({ os }) });
    expect(read).toThrow(sentence);
  });
});
