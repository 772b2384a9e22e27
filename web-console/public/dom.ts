/**
 * The element of that id, which must be of that kind.
 * @throws Error when HTML and script do not fit together
 */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`no ${kind.name} #${id} in the page`);
}

/** Sets text only where it differs, so that a live region speaks once. */
export function say(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
