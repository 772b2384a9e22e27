import type { DiscFetch } from '../../machine-contract.ts';
import { confirmed } from '../confirm.ts';
import { element } from '../dom.ts';
import { tell } from '../notices.ts';
import { uploadApi } from './api.ts';
import { digestOf, keyOf } from './digest.ts';
import { FileDialog } from './file-dialog.ts';
import { wireDrop } from './file-drop.ts';
import type { FileWay } from './file-ways.ts';
import { UploadPanel } from './panel.ts';
import { Transfer, type TransferEnd } from './transfer.ts';
import type { UploadApi } from './transfer-api.ts';
import { roomWords } from './words.ts';

export interface UploadsPlace {
  install: string;
  stage: HTMLElement;
  /** This person may act on the VM now. */
  may(): boolean;
  /** Something changed on the server. */
  onChange(): void;
  focusScreen(): void;
}

/** Files of this computer: chosen in the dialog for another ISO or dropped on the page, and sent to the server. */
export class Uploads {
  readonly #place: UploadsPlace;
  readonly #api: UploadApi;
  readonly #panel: UploadPanel;
  readonly #dialog: FileDialog;
  readonly #input = element('iso-file', HTMLInputElement);
  #transfer: Transfer | null = null;
  /** Number of the upload of which this tab has told the end. */
  #over = 0;

  /** @param others further ways to use a file */
  constructor(place: UploadsPlace, others: readonly FileWay[] = []) {
    this.#place = place;
    this.#api = uploadApi(place.install);
    this.#panel = new UploadPanel(place.stage, {
      pause: () => this.#transfer?.pause(),
      goOn: () => this.#transfer?.goOn(),
      choose: () => this.#input.click(),
      stop: () => void this.#askToStop(),
    });
    this.#dialog = new FileDialog([this.#copying(), ...others]);
    this.#input.addEventListener('change', () => this.#chosen());
    element('iso-choose', HTMLButtonElement).addEventListener('click', () => this.#input.click());
    wireDrop(place.stage, { may: place.may, file: (file) => void this.#take(file) });
    window.addEventListener('beforeunload', (event) => {
      if (this.#transfer) event.preventDefault();
    });
  }

  /** Shows an upload of this person's that this tab does not send. @returns whether it is theirs: others are shown elsewhere */
  follow(fetch: DiscFetch | null): boolean {
    const upload = fetch?.upload;
    if (upload?.mine && (this.#transfer || upload.n === this.#over)) return true;
    if (this.#transfer) return false;
    if (!fetch || !upload?.mine || fetch.state !== 'uploading') {
      this.#panel.hide();
      return false;
    }
    this.#panel.showRest(fetch);
    return true;
  }

  #chosen(): void {
    const file = this.#input.files?.[0];
    this.#input.value = '';
    element('iso-dialog', HTMLDialogElement).close();
    if (file) void this.#take(file);
  }

  async #take(file: File): Promise<void> {
    if (this.#transfer) return tell('warning', 'This page uploads a file already. Stop that one first.');
    const way = await this.#dialog.ask(file);
    if (way) way.begin(file);
    else this.#place.focusScreen();
  }

  #copying(): FileWay {
    return {
      label: 'Upload it to the server',
      hint: 'all of it, into the server’s memory; afterwards this page may be closed',
      yes: 'Upload',
      judge: (file) => this.#judge(file),
      begin: (file) => void this.#send(file),
    };
  }

  async #judge(file: File): Promise<{ may: boolean; text: string }> {
    if (file.size === 0) return { may: false, text: 'The file is empty.' };
    const room = await this.#api.room();
    if (room.kind === 'ok') return roomWords(file.size, room.body.roomBytes);
    const text =
      room.kind === 'refused' ? room.message : 'The server does not answer right now. Try again in a moment.';
    return { may: false, text };
  }

  async #send(file: File): Promise<void> {
    const key = await keyOf(file).catch(() => null);
    if (key === null) return tell('warning', 'The file cannot be read.');
    const deps = {
      ...{ api: this.#api, digest: digestOf(file), now: () => performance.now(), random: Math.random },
      sleep: (ms: number) => new Promise<void>((wake) => window.setTimeout(wake, ms)),
    };
    const note = { name: file.name, bytes: file.size, key };
    const transfer = new Transfer(file, note, deps, (news) => this.#panel.show(file, news));
    this.#transfer = transfer;
    this.#place.focusScreen();
    this.#place.onChange();
    const end = await transfer.run();
    this.#transfer = null;
    this.#over = transfer.n;
    this.#panel.hide();
    this.#place.onChange();
    this.#report(file.name, end);
  }

  #report(name: string, end: TransferEnd): void {
    if (end.kind === 'stopped') tell('notice', `The upload of ${name} was stopped.`);
    if (end.kind === 'failed') tell('warning', `${name} was not uploaded. ${end.why}`);
    if (end.kind === 'ready') tell('notice', `${name} is on the server. The CD menu puts it into the drive.`);
  }

  async #askToStop(): Promise<void> {
    const sure = await confirmed({
      title: 'Stop the upload?',
      text: 'What is on the server of it is removed.',
      yes: 'Stop it',
      no: 'Go on',
      danger: true,
    });
    if (!sure) return;
    if (this.#transfer) return this.#transfer.stop();
    const look = await this.#api.look();
    if (look.kind === 'ok' && look.body.upload?.mine) await this.#api.stop(look.body.upload.n);
    this.#place.onChange();
  }
}
