import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBanner } from '../../web-console/banner.ts';

const SOON_MS = 20;

describe('the VM’s banner', () => {
  it('is waited for byte by byte, and what came with it is kept', async () => {
    const stream = new PassThrough();
    const banner = readBanner(stream, 1_000);
    for (const byte of Buffer.from('RFB 003.008')) stream.write(Buffer.from([byte]));
    stream.write(Buffer.from('\n\x01\x01', 'latin1'));
    expect(await banner).toEqual(Buffer.from('RFB 003.008\n\x01\x01', 'latin1'));
    expect(stream.isPaused()).toBe(true);
  });

  it.each([
    ['something else', (stream: PassThrough) => stream.write('SSH-2.0-OpenSSH_9.2\r\n'), /does not speak RFB/],
    ['the end', (stream: PassThrough) => stream.end(), /closed the connection/],
    ['an error', (stream: PassThrough) => stream.destroy(new Error('cut')), /closed the connection/],
    ['nothing', () => undefined, /says nothing/],
  ])('is refused when %s comes', async (_what, act, reason) => {
    const stream = new PassThrough();
    const banner = readBanner(stream, SOON_MS);
    act(stream);
    await expect(banner).rejects.toThrow(reason);
  });
});
