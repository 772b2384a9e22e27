import { say } from '../dom.ts';
import { build, buildButton } from '../keys/build.ts';
import type { FileWay } from './file-ways.ts';

/** Asks what shall be done with a file that was chosen, and says before whether that can be. */
export class FileDialog {
  readonly #ways: readonly FileWay[];
  readonly #name = build('b');
  readonly #text = build('p', { id: 'file-text', role: 'status' });
  readonly #choices: HTMLInputElement[];
  readonly #yes = buildButton('Upload', () => this.#dialog.close('yes'), { class: 'primary' });
  readonly #dialog: HTMLDialogElement;
  #judged = 0;

  constructor(ways: readonly FileWay[]) {
    this.#ways = ways;
    this.#choices = ways.map((_way, index) =>
      build('input', { type: 'radio', name: 'file-way', id: `file-way-${index}` }),
    );
    const rows = ways.map(({ label, hint }, index) =>
      build('label', {}, this.#choices[index] ?? '', build('span', {}, label, build('small', {}, hint))),
    );
    const choice = build(
      'fieldset',
      { hidden: ways.length < 2 },
      build('legend', {}, 'How the server gets it'),
      ...rows,
    );
    const no = buildButton('Cancel', () => this.#dialog.close());
    this.#dialog = build(
      'dialog',
      { id: 'file-dialog', class: 'card', 'aria-labelledby': 'file-title', 'aria-describedby': 'file-text' },
      build('h2', { id: 'file-title' }, 'From this computer'),
      build('p', { class: 'file-name' }, this.#name),
      choice,
      this.#text,
      build('p', { class: 'actions' }, no, this.#yes),
    );
    document.body.append(this.#dialog);
  }

  /** @returns what to do with it; null when it was called off */
  async ask(file: File): Promise<FileWay | null> {
    say(this.#name, file.name);
    for (const [index, choice] of this.#choices.entries()) {
      choice.checked = index === 0;
      choice.onchange = () => void this.#judge(file);
    }
    this.#dialog.returnValue = '';
    this.#dialog.showModal();
    void this.#judge(file);
    await new Promise((closed) => this.#dialog.addEventListener('close', closed, { once: true }));
    return this.#dialog.returnValue === 'yes' ? this.#way : null;
  }

  get #way(): FileWay | null {
    return this.#ways[this.#choices.findIndex(({ checked }) => checked)] ?? null;
  }

  async #judge(file: File): Promise<void> {
    this.#judged += 1;
    const turn = this.#judged;
    this.#yes.disabled = true;
    say(this.#yes, this.#way?.yes ?? '');
    say(this.#text, 'Asking the server whether it has room…');
    const verdict = await this.#way?.judge(file);
    // Another way was chosen meanwhile, or another file.
    if (turn !== this.#judged || !verdict) return;
    this.#yes.disabled = !verdict.may;
    say(this.#text, verdict.text);
    if (verdict.may) this.#yes.focus();
  }
}
