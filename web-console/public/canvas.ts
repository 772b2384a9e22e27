import { isCrisp } from './crisp.ts';

/** Tells how large the server's picture is, now and when it changes, and has it drawn crisp or smooth. */
export function watchCanvas(place: HTMLElement, onSize: (size: { width: number; height: number }) => void): void {
  const canvas = place.querySelector('canvas');
  if (!canvas) return;
  const look = () => {
    const { width, height } = canvas;
    const scale = (canvas.getBoundingClientRect().width / width) * window.devicePixelRatio;
    canvas.style.imageRendering = isCrisp(scale) ? 'pixelated' : 'auto';
    onSize({ width, height });
  };
  // Both end with the canvas, which each connection has a new one of.
  new MutationObserver(look).observe(canvas, { attributeFilter: ['width', 'height'] });
  new ResizeObserver(look).observe(canvas);
  look();
}
