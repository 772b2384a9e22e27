import { readPictureNews, wantPicture } from './api.ts';
import type { Attendant } from './attendant.ts';
import { confirmed } from './confirm.ts';
import { element } from './dom.ts';
import { wireMenu } from './menu.ts';
import { tell } from './notices.ts';
import { saveFile } from './save-file.ts';
import { pictureName, postQuestion, shotWords } from './shot-words.ts';

const LOOK_MS = 1_000;
/** A worker has half a minute for it, and Slack takes its time as well. */
const LOOKS = 50;

/** Pictures of the screen: saved from what the page shows, or posted as the worker sees it. */
export class ShotMenu {
  readonly #install: string;
  readonly #attendant: Attendant;

  constructor(install: string, attendant: Attendant) {
    this.#install = install;
    this.#attendant = attendant;
    const menu = wireMenu({ button: 'shot', menu: 'shot-menu' });
    const onClick = (id: string, act: () => Promise<void>) =>
      element(id, HTMLButtonElement).addEventListener('click', () => {
        menu.hidePopover();
        void act().finally(() => attendant.screen?.focus());
      });
    onClick('shot-save', () => this.#save());
    onClick('shot-post', () => this.#askToPost());
  }

  async #save(): Promise<void> {
    const { screen, state } = this.#attendant;
    const picture = await screen?.picture();
    if (!picture || !state) return tell('warning', shotWords.empty);
    const name = pictureName(state, new Date());
    saveFile(picture, name);
    tell('notice', shotWords.saved(name));
  }

  /** Whoever is told of the result may be busy with the screen again. */
  async #askToPost(): Promise<void> {
    if (await confirmed(postQuestion)) void this.#post();
  }

  async #post(): Promise<void> {
    tell('notice', shotWords.taking);
    const asked = await wantPicture(this.#install);
    if (asked.kind === 'offline') return tell('warning', shotWords.offline);
    if (asked.kind === 'refused') return tell('warning', shotWords.failed(asked.message));
    for (let looks = 0; looks < LOOKS; looks += 1) {
      await new Promise((wake) => window.setTimeout(wake, LOOK_MS));
      const news = await readPictureNews(this.#install, asked.body.nonce);
      if (news.kind === 'refused') return tell('warning', shotWords.late);
      if (news.kind === 'offline' || news.body.state === 'waiting') continue;
      if (news.body.state === 'posted') return tell('notice', shotWords.posted);
      return tell('warning', shotWords.failed(news.body.message));
    }
    tell('warning', shotWords.late);
  }
}
