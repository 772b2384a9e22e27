import { element } from './dom.ts';
import { nextIndex } from './menu-keys.ts';

/** A menu above its button, walked through with the arrow keys. @param onOpen before it shows */
export function wireMenu(ids: { button: string; menu: string }, onOpen: () => void = () => undefined): HTMLElement {
  const button = element(ids.button, HTMLButtonElement);
  const menu = element(ids.menu, HTMLDivElement);
  menu.addEventListener('beforetoggle', (event) => {
    if (event.newState !== 'open') return;
    place(menu, button);
    onOpen();
  });
  menu.addEventListener('toggle', (event) => {
    if (event.newState === 'open') itemsOf(menu)[0]?.focus();
  });
  menu.addEventListener('keydown', (event) => walk(menu, event));
  window.addEventListener('resize', () => menu.matches(':popover-open') && place(menu, button));
  return menu;
}

/** A popover has no place of its own. It opens upwards, and stays within the window. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const { left, top } = button.getBoundingClientRect();
  menu.style.left = `max(8px, min(${left}px, 100vw - 21rem))`;
  menu.style.bottom = `${window.innerHeight - top + 14}px`;
  menu.style.maxHeight = `${top - 22}px`;
}

function walk(menu: HTMLElement, event: KeyboardEvent): void {
  const items = itemsOf(menu);
  const next = nextIndex(event.key, {
    at: items.findIndex((item) => item.matches(':focus')),
    of: items.length,
  });
  if (next === null) return;
  event.preventDefault();
  items[next]?.focus();
}

function itemsOf(menu: HTMLElement): HTMLButtonElement[] {
  return [...menu.querySelectorAll('button')].filter((item) => !item.hidden && !item.disabled);
}
