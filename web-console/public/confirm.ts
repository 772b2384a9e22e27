import { element, say } from './dom.ts';
import type { Question } from './question.ts';

/** Asks before something that cannot be taken back. Escape, and the button that has the focus, mean no. */
export function confirmed(question: Question): Promise<boolean> {
  const dialog = element('dialog', HTMLDialogElement);
  const yes = element('dialog-yes', HTMLButtonElement);
  const points = element('dialog-points', HTMLOListElement);
  say(element('dialog-title', HTMLHeadingElement), question.title);
  say(element('dialog-text', HTMLParagraphElement), question.text);
  say(element('dialog-no', HTMLButtonElement), question.no);
  say(yes, question.yes);
  yes.className = question.danger ? 'danger' : 'primary';
  points.hidden = question.points === undefined;
  points.replaceChildren(...(question.points ?? []).map(listItem));
  askToType(question.typed, yes);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener('close', () => answer(dialog.returnValue === 'yes'), { once: true });
  });
}

/** The form's own Enter is the first button, which is no. */
function askToType(word: string | undefined, yes: HTMLButtonElement): void {
  const field = element('dialog-typed', HTMLInputElement);
  const row = element('dialog-typing', HTMLParagraphElement);
  const check = () => {
    yes.disabled = word !== undefined && field.value.trim() !== word;
  };
  row.hidden = word === undefined;
  say(element('dialog-word', HTMLElement), word ?? '');
  field.value = '';
  field.oninput = check;
  field.onkeydown = (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    yes.click();
  };
  check();
}

function listItem(text: string): HTMLLIElement {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
}
