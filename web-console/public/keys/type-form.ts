import { build } from './build.ts';
import { layouts } from './layouts.ts';

/** What the dialog for typing text is made of. */
export interface TypeForm {
  dialog: HTMLDialogElement;
  text: HTMLTextAreaElement;
  secret: HTMLInputElement;
  layout: HTMLSelectElement;
  pace: HTMLSelectElement;
  masked: HTMLInputElement;
  enter: HTMLInputElement;
  note: HTMLParagraphElement;
  progress: HTMLProgressElement;
  /** Beside the bar; not read aloud each time it changes. */
  count: HTMLParagraphElement;
  no: HTMLButtonElement;
  yes: HTMLButtonElement;
}

// A password manager, a spelling service or a phone's dictionary must not learn what is typed.
const private_ = { autocomplete: 'off', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false' };

export function buildTypeForm(): TypeForm {
  const form: TypeForm = {
    dialog: build('dialog', { id: 'type-dialog', class: 'card', 'aria-labelledby': 'type-title' }),
    text: build('textarea', { ...private_, rows: '9', 'aria-label': 'Text', 'aria-describedby': 'type-note' }),
    secret: build('input', {
      ...{ ...private_, type: 'password', hidden: true },
      ...{ 'aria-label': 'Password', 'aria-describedby': 'type-note' },
    }),
    layout: build('select', {}, ...layouts.map(({ id, title }) => build('option', { value: id }, title))),
    pace: build(
      'select',
      {},
      build('option', { value: 'normal' }, 'Normal'),
      build('option', { value: 'fast' }, 'Fast, where nothing else runs'),
      build('option', { value: 'careful' }, 'Careful, for slow firmware'),
    ),
    masked: build('input', { type: 'checkbox' }),
    enter: build('input', { type: 'checkbox' }),
    note: build('p', { id: 'type-note', role: 'status' }),
    progress: build('progress', { 'aria-label': 'Typed', hidden: true }),
    count: build('p', { class: 'quiet', hidden: true }),
    no: build('button', { type: 'button' }),
    yes: build('button', { type: 'button', class: 'primary' }, 'Type'),
  };
  form.dialog.append(
    build('h2', { id: 'type-title' }, 'Type text on the server'),
    build('p', { class: 'quiet' }, 'Installers have no clipboard. The keys are pressed for you, one after the other.'),
    form.text,
    form.secret,
    build(
      'div',
      { class: 'fields' },
      build('label', {}, 'Keyboard that the server expects', form.layout),
      build('label', {}, 'Pace', form.pace),
    ),
    build(
      'div',
      { class: 'checks' },
      build('label', {}, form.masked, 'Password: hide it'),
      build('label', {}, form.enter, 'Press Enter at the end'),
    ),
    form.note,
    form.progress,
    form.count,
    build('p', { class: 'actions' }, form.no, form.yes),
  );
  return form;
}
