import type { BrowserDiscView } from '../../browser-disc/disc-contract.ts';
import type { CloseReason } from '../../close-codes.ts';
import type { PageState } from '../../page-contract.ts';
import type { Answer } from '../answer.ts';
import { confirmed } from '../confirm.ts';
import { element, say } from '../dom.ts';
import { moveDisc } from '../machine-api.ts';
import { tell } from '../notices.ts';
import type { FileWay } from '../upload/file-ways.ts';
import { stopServing, wantToServe } from './browser-disc-api.ts';
import { DiscLine } from './disc-line.ts';
import { DiscStrip } from './disc-strip.ts';
import {
  fromWords,
  type LineState,
  newsWords,
  overWords,
  serveQuestion,
  serveVerdict,
  stopQuestion,
} from './disc-words.ts';
import { fileKey } from './file-key.ts';
import { Rate } from './rate.ts';
import { stripOf } from './strip-of.ts';

export interface BrowserDiscDeps {
  install: string;
  /** Reads the state again. */
  refresh(): Promise<void>;
  /** Puts the disc into the drive; asks where the system holds what is in it. */
  insert(): Promise<void>;
}

/** A file that was chosen in this page. */
interface Chosen {
  file: File;
  key: string;
  /** It goes into the drive as soon as it is served: it was chosen for that, and not only to go on. */
  insert: boolean;
  line: DiscLine | null;
}

const REFRESH_MS = 1_000;
const offline = 'XEPA did not answer. Nothing may have happened; try again.';

/** A file of this computer for the drive of the server: chosen here, read from here, and taken back here. */
export class BrowserDisc {
  readonly #deps: BrowserDiscDeps;
  readonly #picker = element('own-disc-file', HTMLInputElement);
  readonly #rate = new Rate();
  readonly #strip: DiscStrip;
  #state: PageState | null = null;
  #chosen: Chosen | null = null;
  #line: LineState = 'connecting';
  #why = '';
  #changed = false;
  #perSecond: number | null = null;

  constructor(deps: BrowserDiscDeps) {
    this.#deps = deps;
    const choose = () => this.#picker.click();
    this.#strip = new DiscStrip({ choose, insert: () => void deps.insert(), stop: () => void this.#stop() });
    element('own-disc', HTMLButtonElement).addEventListener('click', () => {
      element('media-menu', HTMLDivElement).hidePopover();
      choose();
    });
    this.#picker.addEventListener('change', () => {
      const file = this.#picker.files?.[0];
      // The same file may be chosen again.
      this.#picker.value = '';
      if (file) void this.#picked(file);
    });
    window.setInterval(() => this.#look(), REFRESH_MS);
    window.addEventListener('beforeunload', (event) => {
      if (this.#chosen?.line) event.preventDefault();
    });
  }

  follow(state: PageState): void {
    const news = newsWords(this.#state?.browserDisc ?? null, state.browserDisc);
    if (news) tell(news.kind, news.text);
    this.#state = state;
    const disc = state.browserDisc;
    if (disc?.read != null) this.#perSecond = this.#rate.see(disc.read, performance.now());
    if (state.standing !== 'open') this.#drop();
    else if (this.#chosen && !this.#chosen.line && disc) this.#hear(this.#chosen, disc);
    this.#show();
  }

  /** For a file that was dropped on the page, or chosen without saying what for. */
  get way(): FileWay {
    return {
      label: 'Serve it from this computer',
      hint: 'only what is read travels; this page has to stay open',
      yes: 'Serve…',
      judge: async ({ size }) => serveVerdict(size),
      begin: (file) => void this.#picked(file),
    };
  }

  get #own(): BrowserDiscView | null {
    const disc = this.#state?.browserDisc;
    return disc?.mine && disc.verdict !== 'refused' ? disc : null;
  }

  async #picked(file: File): Promise<void> {
    try {
      await this.#take(file, await fileKey(file));
    } catch {
      tell('warning', `${file.name} cannot be read on this computer.`);
    }
  }

  async #take(file: File, key: string): Promise<void> {
    const goesOn = this.#own?.verdict === 'accepted' && this.#own.key === key;
    if (!goesOn && !(await confirmed(serveQuestion(file, this.#state?.device ?? 'the server')))) return;
    const answer = await wantToServe(this.#deps.install, { name: file.name, bytes: file.size, key });
    if (answer.kind !== 'ok') return refusal(answer);
    this.#drop();
    this.#chosen = { file, key, insert: !goesOn, line: null };
    await this.#deps.refresh();
  }

  /** What the bot says of a file that was chosen. */
  #hear(chosen: Chosen, disc: BrowserDiscView): void {
    if (!disc.mine || disc.key !== chosen.key || disc.verdict === 'asked') return;
    if (disc.verdict === 'refused') {
      this.#drop();
      tell('warning', `${disc.name} is not served. ${disc.why ?? ''}`.trim());
      return;
    }
    const base = location.origin.replace(/^http/, 'ws');
    chosen.line = new DiscLine(`${base}/console/${encodeURIComponent(this.#deps.install)}/browser-disc`, chosen.file, {
      onState: (line, reason, text) => this.#lineIs(chosen, line, { reason, text }),
      onUnreadable: () => {
        this.#changed = true;
        this.#show();
      },
    });
  }

  #lineIs(chosen: Chosen, line: LineState, said: { reason: CloseReason | null; text: string }): void {
    if (this.#chosen !== chosen) return;
    this.#line = line;
    this.#why = said.reason === 'screenSilent' || said.reason === 'tooMany' ? said.text : '';
    if (line === 'over') this.#over(chosen, said.reason);
    if (line === 'open' && chosen.insert) {
      chosen.insert = false;
      void this.#deps.insert();
    }
    this.#show();
  }

  #over({ file }: Chosen, reason: CloseReason | null): void {
    this.#drop();
    const words = overWords(file.name, reason);
    if (words !== null) tell('warning', words);
    void this.#deps.refresh();
  }

  async #stop(): Promise<void> {
    const { install } = this.#deps;
    const name = this.#own?.name ?? this.#chosen?.file.name ?? 'the disc';
    if (this.#inDrive) {
      if (!(await confirmed(stopQuestion(name)))) return;
      const out = await moveDisc(install, { action: 'eject', force: true });
      if (out.kind !== 'ok') return refusal(out);
    }
    const stopped = await stopServing(install);
    if (stopped.kind !== 'ok') return refusal(stopped);
    this.#drop();
    tell('notice', `${name} is not served any more.`);
    await this.#deps.refresh();
  }

  get #inDrive(): boolean {
    const name = this.#own?.name;
    return name !== undefined && this.#state?.drive?.disc === name;
  }

  #drop(): void {
    this.#chosen?.line?.close();
    this.#chosen = null;
    this.#changed = false;
    this.#why = '';
    this.#perSecond = null;
  }

  /** Numbers that move, and the bot's word, are not waited for. */
  #look(): void {
    if (this.#chosen && document.visibilityState === 'visible') void this.#deps.refresh();
  }

  #show(): void {
    const disc = this.#state?.browserDisc ?? null;
    showInMenu(disc, this.#state?.drive?.disc === disc?.name);
    const own = this.#state?.right === 'view' ? null : this.#own;
    const line = this.#chosen?.line ? this.#line : null;
    const stands = { line, changed: this.#changed, why: this.#why, perSecond: this.#perSecond };
    this.#strip.show(own && stripOf(own, { ...stands, inDrive: this.#inDrive }));
  }
}

/** Anybody with control may put it into the drive, as long as its page is there. */
function showInMenu(disc: BrowserDiscView | null, inDrive: boolean): void {
  const item = element('insert-browser', HTMLButtonElement);
  item.hidden = disc?.verdict !== 'accepted';
  if (!disc) return;
  item.disabled = !disc.live || inDrive;
  say(element('browser-disc-name', HTMLSpanElement), disc.name);
  say(element('browser-disc-from', HTMLElement), fromWords(disc));
}

function refusal(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): void {
  tell('warning', answer.kind === 'refused' ? answer.message : offline);
}
