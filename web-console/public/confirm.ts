import { element, say } from './dom.ts';

export interface Question {
  title: string;
  text: string;
  /** What will happen, in order. */
  points?: readonly string[];
  yes: string;
  no: string;
  danger?: boolean;
}

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
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener('close', () => answer(dialog.returnValue === 'yes'), { once: true });
  });
}

function listItem(text: string): HTMLLIElement {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
}
