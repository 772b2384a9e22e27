import type { RecordingView } from '../../recordings/survey-contract.ts';

const HEIGHT = 24;
/** The least that can be seen. */
const LOWEST = 2;
const INPUT_HEIGHT = 3;

/** Draws behind the seek bar how much the screen changed, and below when somebody was at work. */
export function drawMarks(
  picture: SVGSVGElement | null,
  { screen, input }: Pick<RecordingView, 'screen' | 'input'>,
): void {
  picture?.setAttribute('viewBox', `0 0 ${screen.length} ${HEIGHT}`);
  const most = Math.log1p(Math.max(...screen));
  const room = HEIGHT - INPUT_HEIGHT - 1;
  const bars = screen.map((bytes, index) => {
    const height = bytes === 0 ? 0 : Math.max(LOWEST, (Math.log1p(bytes) / most) * room);
    return bar('screen', { x: index, y: room - height, height });
  });
  const marks = input.map((had, index) =>
    bar('input', { x: index, y: HEIGHT - INPUT_HEIGHT, height: had > 0 ? INPUT_HEIGHT : 0 }),
  );
  picture?.replaceChildren(...bars.concat(marks).filter((one) => one.getAttribute('height') !== '0'));
}

function bar(kind: string, place: { x: number; y: number; height: number }): SVGRectElement {
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  rect.setAttribute('class', kind);
  for (const [name, value] of Object.entries({ ...place, width: 1 })) rect.setAttribute(name, String(value));
  return rect;
}
