import type { Place } from '../../web-console/keyboards.ts';

/** The place of somebody who has the keyboard, or of somebody who never has it. */
export function aPlace(mayType: boolean): Place {
  const nothing = () => undefined;
  return { mayType: () => mayType, touch: nothing, reach: nothing, attach: nothing, leave: nothing };
}
