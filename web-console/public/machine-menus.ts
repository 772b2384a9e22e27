import type { DiscFetch, MachineView, PowerAction } from '../machine-contract.ts';
import type { Answer } from './answer.ts';
import type { Attendant } from './attendant.ts';
import { confirmed } from './confirm.ts';
import { element, say } from './dom.ts';
import { FetchWatch } from './fetch-watch.ts';
import { typedIso } from './iso-dialog.ts';
import { lookAtMachine, type MediaBody, moveDisc, switchPower, wantDisc } from './machine-api.ts';
import { acpiWords, doneWords, driveWords, forceQuestion, questionBefore } from './machine-words.ts';
import { wireMenu } from './menu.ts';
import { tell } from './notices.ts';

const offline = 'XEPA did not answer. Nothing may have happened; look at the screen and try again.';
const LOOK_MS = 2_000;
/** For the guest to shut down after its power button was pressed. */
const ACPI_LOOKS = 15;
const actions: readonly PowerAction[] = ['pause', 'resume', 'on', 'boot-disk', 'boot-cd', 'reset', 'off', 'installer'];

/** The menus of power and CD drive: asks where something can be lost, acts, and says what QEMU and the guest made of it. */
export class MachineMenus {
  readonly #install: string;
  readonly #attendant: Attendant;
  readonly #menus: HTMLElement[];
  readonly #watch: FetchWatch;

  /** @param shownElsewhere says of another ISO whether somebody else shows how it goes */
  constructor(install: string, attendant: Attendant, shownElsewhere: (fetch: DiscFetch | null) => boolean) {
    this.#install = install;
    this.#attendant = attendant;
    this.#watch = new FetchWatch(() => void this.#look(), shownElsewhere);
    const onOpen = () => void this.#look();
    this.#menus = [
      wireMenu({ button: 'power', menu: 'power-menu' }, onOpen),
      wireMenu({ button: 'media', menu: 'media-menu' }, onOpen),
    ];
    // A download that goes on is shown to who comes back, too.
    new MutationObserver(() => {
      if (document.body.dataset.state === 'connected' && attendant.state?.awaitsDisc) onOpen();
    }).observe(document.body, { attributeFilter: ['data-state'] });
    for (const action of actions) this.#onClick(action, () => this.#switch(action));
    this.#onClick('acpi', () => this.#shutDown());
    this.#onClick('eject', () => this.#move({ action: 'eject' }));
    this.#onClick('insert', () => this.#move({ action: 'insert', disc: 'own' }));
    this.#onClick('insert-other', () => this.#move({ action: 'insert', disc: 'other' }));
    this.#onClick('insert-browser', () => this.insertBrowserDisc());
    this.#onClick('other', () => this.#askForDisc());
  }

  look(): void {
    void this.#look();
  }

  /** Another ISO may be on its way that somebody else asked for, or it changed. */
  follow(awaitsDisc: boolean): void {
    if (awaitsDisc && !this.#watch.waits) void this.#look();
  }

  /** Puts in the disc that lies in somebody's browser. */
  insertBrowserDisc(): Promise<void> {
    return this.#move({ action: 'insert', disc: 'browser' });
  }

  #onClick(id: string, act: () => Promise<unknown>): void {
    element(id, HTMLButtonElement).addEventListener('click', () => {
      for (const menu of this.#menus) menu.hidePopover();
      void act().finally(() => this.#attendant.screen?.focus());
    });
  }

  async #look(): Promise<MachineView | null> {
    const answer = await lookAtMachine(this.#install);
    if (answer.kind !== 'ok') {
      this.#watch.again();
      return null;
    }
    show(answer.body);
    this.#watch.show(answer.body.fetch);
    return answer.body;
  }

  async #askForDisc(): Promise<void> {
    const typed = await typedIso(this.#install);
    if (!typed) return;
    const answer = await wantDisc(this.#install, typed);
    if (answer.kind === 'ok') await this.#look();
    else tell('warning', answer.kind === 'refused' ? answer.message : offline);
  }

  /** @returns whether it was done */
  async #switch(action: PowerAction): Promise<boolean> {
    const device = this.#attendant.state?.device ?? 'the server';
    const question = questionBefore(action, device);
    if (question && !(await confirmed(question))) return false;
    return this.#report(action, await switchPower(this.#install, action, action === 'off' ? device : undefined));
  }

  async #shutDown(): Promise<void> {
    if (!(await this.#switch('acpi-shutdown'))) return;
    for (let looks = 0; looks < ACPI_LOOKS; looks += 1) {
      await new Promise((wake) => window.setTimeout(wake, LOOK_MS));
      const view = await this.#look();
      if (view?.power === 'off' || this.#attendant.state?.standing === 'ended') return tell('notice', acpiWords.off);
    }
    tell('warning', acpiWords.deaf);
  }

  async #move(body: MediaBody): Promise<void> {
    const answer = await moveDisc(this.#install, body);
    const isHeld = answer.kind === 'refused' && answer.code === 'disc-held' && body.force !== true;
    if (!isHeld) this.#report(body.action, answer);
    else if (await confirmed(forceQuestion(answer.message))) await this.#move({ ...body, force: true });
  }

  #report(action: PowerAction | 'eject' | 'insert', answer: Answer<MachineView>): boolean {
    void this.#attendant.refresh();
    if (answer.kind === 'ok') {
      show(answer.body);
      tell('notice', doneWords(action, answer.body));
      return true;
    }
    tell('warning', answer.kind === 'refused' ? answer.message : offline);
    return false;
  }
}

/** What can be done follows from how things stand. */
function show({ power, drive, discs }: MachineView): void {
  const own = discs.find(({ id }) => id === 'own');
  element('pause', HTMLButtonElement).hidden = power !== 'running' && power !== null;
  element('resume', HTMLButtonElement).hidden = power !== 'paused';
  element('on', HTMLButtonElement).hidden = power !== 'off';
  element('acpi', HTMLButtonElement).disabled = power === 'paused' || power === 'off';
  element('off', HTMLButtonElement).disabled = power === 'off';
  element('boot-cd', HTMLButtonElement).disabled = drive !== null && drive.disc === null;
  element('eject', HTMLButtonElement).disabled = drive !== null && drive.disc === null;
  element('insert', HTMLButtonElement).disabled = own === undefined || own.inDrive;
  say(element('insert-name', HTMLElement), own?.name ?? 'it is not on the server');
  const other = discs.find(({ id }) => id === 'other');
  element('insert-other', HTMLButtonElement).hidden = other === undefined;
  element('insert-other', HTMLButtonElement).disabled = other?.inDrive === true;
  say(element('other-name', HTMLSpanElement), other?.name ?? '');
  say(element('drive', HTMLParagraphElement), driveWords(drive));
}
