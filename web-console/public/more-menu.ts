import { type Colours, chooseColours, colourChoices, showKeptColours } from './colours.ts';
import { element } from './dom.ts';
import { wireMenu } from './menu.ts';

/** What is rarely wanted. @param onSignOut after the menu has closed */
export function wireMoreMenu(onSignOut: () => void): void {
  const menu = wireMenu({ button: 'more', menu: 'more-menu' });
  for (const one of colourChoices) {
    itemOf(one).addEventListener('click', () => {
      chooseColours(one);
      check(one);
    });
  }
  element('sign-out', HTMLButtonElement).addEventListener('click', () => {
    menu.hidePopover();
    onSignOut();
  });
  check(showKeptColours());
}

function check(chosen: Colours): void {
  for (const one of colourChoices) itemOf(one).setAttribute('aria-checked', String(one === chosen));
}

function itemOf(choice: Colours): HTMLButtonElement {
  return element(`colours-${choice}`, HTMLButtonElement);
}
