import { banner, encodeWish, greeting, type Wish } from './emitter-words.ts';
import type { Line } from './line.ts';

/** Somebody who asks the emitter for bytes and waits for all of them. */
export class Viewer {
  readonly line: Line;
  #missing = banner.length;
  #whole: () => void = () => undefined;

  private constructor(line: Line) {
    this.line = line;
    line.listen((piece) => this.#take(piece));
  }

  /** Past the greeting: every byte from here on was asked for. */
  static async greet(line: Line): Promise<Viewer> {
    const viewer = new Viewer(line);
    await new Promise<void>((resolve) => {
      viewer.#whole = resolve;
    });
    line.send(greeting);
    return viewer;
  }

  /** One wish at a time: resolves with the last byte of its answer. */
  ask(wish: Wish): Promise<void> {
    this.#missing = wish.bytes;
    return new Promise((resolve) => {
      this.#whole = resolve;
      this.line.send(encodeWish(wish));
    });
  }

  #take(piece: Buffer): void {
    this.#missing -= piece.length;
    if (this.#missing < 0) throw new Error('more bytes than were asked for');
    if (this.#missing === 0) this.#whole();
  }
}
