import type { Custody, PersonHere } from '../custody-contract.ts';
import { holdOf, initials, type Me, partWords } from './custody-words.ts';
import { duration } from './words.ts';

/** So many are shown beside the words; the list has them all. */
const FACES = 4;

/** The people at the console as a few letters each, for eyes only. */
export function faces(custody: Custody): HTMLElement[] {
  const shown = custody.people.slice(0, FACES).map((person) => face(person, custody));
  const more = custody.people.length - FACES;
  return more > 0 ? [...shown, span('face more', `+${more}`)] : shown;
}

/** One row for each person, with a button where the keyboard may be given to them. */
export function rows(custody: Custody, me: Me, give: (user: string) => void): HTMLLIElement[] {
  const mine = holdOf(custody, me) === 'mine';
  return custody.people.map((person) => {
    const row = document.createElement('li');
    row.dataset.user = person.user;
    const words = span('who', person.name ?? person.user);
    if (person.user === me.user) words.append(span('quiet', ' (you)'));
    words.append(span('part', `${partWords(person, custody)} · ${duration(person.forMs)}`));
    row.append(face(person, custody), words);
    if (mine && person.right === 'control' && person.user !== me.user) row.append(giveButton(person, give));
    return row;
  });
}

function face(person: PersonHere, { holder }: Custody): HTMLElement {
  const letters = span('face', initials(person.name ?? person.user));
  letters.dataset.part = person.user === holder ? 'holder' : person.right;
  letters.setAttribute('aria-hidden', 'true');
  letters.title = person.name ?? person.user;
  return letters;
}

function giveButton(person: PersonHere, give: (user: string) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Hand over';
  button.setAttribute('aria-label', `Hand the keyboard over to ${person.name ?? person.user}`);
  button.addEventListener('click', () => give(person.user));
  return button;
}

function span(className: string, text: string): HTMLElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  return made;
}
