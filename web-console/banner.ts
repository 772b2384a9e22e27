import type { Duplex } from 'node:stream';
import { XepaError } from '../core/errors.ts';

const BANNER_BYTES = 12;
const bannerForm = /^RFB 003\.\d{3}\n$/;

/**
 * Waits for the 12 bytes that every VNC server speaks first: proof that the VM's screen is there. What was read is
 * returned and belongs in front of the rest; the stream is left paused.
 * @throws XepaError vm-failed when something else, nothing, or the end arrives
 */
export async function readBanner(stream: Duplex, timeoutMs: number): Promise<Buffer> {
  const banner = await firstBytes(stream, timeoutMs);
  if (bannerForm.test(banner.subarray(0, BANNER_BYTES).toString('latin1'))) return banner;
  throw noScreen('it does not speak RFB');
}

function firstBytes(stream: Duplex, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const settle = (error: XepaError | null) => {
      clearTimeout(timer);
      stream.off('data', onData).off('error', onEnd).off('end', onEnd).off('close', onEnd).pause();
      if (error) reject(error);
      else resolve(seen);
    };
    const onData = (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes]);
      if (seen.length >= BANNER_BYTES) settle(null);
    };
    const onEnd = () => settle(noScreen('it closed the connection'));
    const timer = setTimeout(() => settle(noScreen('it says nothing')), timeoutMs);
    stream.on('data', onData).once('error', onEnd).once('end', onEnd).once('close', onEnd);
  });
}

function noScreen(why: string): XepaError {
  return new XepaError('vm-failed', {
    message: `no VNC banner: ${why}`,
    userMessage: "The server's screen does not answer.",
    retry: 'backoff',
  });
}
