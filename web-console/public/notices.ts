import { element, say } from './dom.ts';

const SHOWN_MS = 8_000;
const timers = new Map<string, number>();

/** Says it aloud and above the screen, for a while. A warning interrupts who listens to the page, a notice does not. */
export function tell(kind: 'notice' | 'warning', text: string): void {
  const place = element(kind, HTMLParagraphElement);
  say(place, text);
  place.hidden = false;
  window.clearTimeout(timers.get(kind));
  timers.set(
    kind,
    window.setTimeout(() => {
      place.hidden = true;
    }, SHOWN_MS),
  );
}
