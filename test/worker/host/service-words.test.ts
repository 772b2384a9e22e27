import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serviceWords } from '../../../worker/host/service-words.ts';

it.each([
  ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_10.0p2 Debian-7\r\n'), 'SSH-2.0-OpenSSH_10.0p2 Debian-7'],
  [
    'a web page with its title',
    Buffer.from('HTTP/1.1 200 OK\r\n\r\n<html><TITLE lang=en>\n web-07 -\n Proxmox </TITLE>'),
    'HTTP 200, “web-07 - Proxmox”',
  ],
  ['a web server without a page', Buffer.from('HTTP/1.0 404 Not Found\r\n\r\n'), 'HTTP 404'],
  ['the answer of Remote Desktop', Buffer.from('030000130ed000001234000200080002000000', 'hex'), 'Remote Desktop'],
  ['nothing', Buffer.alloc(0), ''],
])('reads %s', (_what, answer, words) => {
  expect(serviceWords(answer)).toBe(words);
});

it('is short and without control characters, whatever is sent', () => {
  const sent = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string().map((title) => Buffer.from(`HTTP/1.1 200 OK\r\n\r\n<title>${title}`)),
  );
  fc.assert(
    fc.property(sent, (bytes) => {
      const words = serviceWords(Buffer.from(bytes));
      expect(words.length).toBeLessThanOrEqual(100);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through
      expect(words).not.toMatch(/[\u0000-\u001f\u007f]/);
    }),
  );
});
