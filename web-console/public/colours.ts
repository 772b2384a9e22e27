export const colourChoices = ['system', 'light', 'dark'] as const;
export type Colours = (typeof colourChoices)[number];
const KEPT_AS = 'xepa-colours';

/** Light or dark as this browser was told to have them, whatever the computer says. For every page of ours. */
export function showKeptColours(): Colours {
  const kept = keptColours();
  show(kept);
  return kept;
}

/** For this page, and for those that are opened from now on. */
export function chooseColours(chosen: Colours): void {
  show(chosen);
  try {
    localStorage.setItem(KEPT_AS, chosen);
  } catch {
    // A browser that keeps nothing for pages has them like this in this one only.
  }
}

function show(chosen: Colours): void {
  document.documentElement.dataset.colours = chosen;
}

function keptColours(): Colours {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    return colourChoices.find((one) => one === kept) ?? 'system';
  } catch {
    return 'system';
  }
}
