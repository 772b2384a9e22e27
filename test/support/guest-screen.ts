import type { Page } from 'playwright-core';
import { eventually } from '../demo/eventually.ts';
import { readVgaText, type VgaFont } from './vga-text.ts';

/** The guest's picture as it arrived in the page: the dots of its canvas, whatever size that is shown at. */
const GRAB = `(() => {
  const canvas = document.querySelector('#screen canvas');
  if (!canvas || canvas.width === 0) return { width: 0, height: 0, rgb: '' };
  const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let text = '';
  for (let at = 0; at < dots.length; at += 4) text += String.fromCharCode(dots[at], dots[at + 1], dots[at + 2]);
  return { width: canvas.width, height: canvas.height, rgb: btoa(text) };
})()`;

/** A guest in text mode, as somebody sees it in the page of the console. */
export interface GuestScreen {
  text(): Promise<string>;
  /** Waits until it says that. @throws with what it says instead */
  shows(what: string | RegExp, limitMs?: number): Promise<string>;
}

export function guestScreen(page: Page, font: VgaFont): GuestScreen {
  const text = async () => {
    const { width, height, rgb } = await page.evaluate<{ width: number; height: number; rgb: string }>(GRAB);
    return readVgaText({ width, height, rgb: Buffer.from(rgb, 'base64') }, font);
  };
  return {
    text,
    async shows(what, limitMs = 240_000) {
      let last = '';
      const look = async () => {
        last = await text();
        return (typeof what === 'string' ? last.includes(what) : what.test(last)) ? last : null;
      };
      return eventually(`${what} on the guest's screen`, look, limitMs).catch((cause: unknown) => {
        throw new Error(`${cause instanceof Error ? cause.message : cause}; it shows:\n${last}`, { cause });
      });
    },
  };
}
