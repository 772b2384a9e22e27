import { ANSWER_HEAD } from '../../browser-disc/disc-contract.ts';

/** What the server wants of the file. */
export interface Wanted {
  id: number;
  offset: number;
  length: number;
}

/** Parts that are read at a time. */
const LANES = 4;

/** Answers what is asked of a file, in about the order in which it is asked. */
export class FileAnswers {
  readonly #file: Blob;
  readonly #send: (data: ArrayBuffer | string) => void;
  readonly #onUnreadable: () => void;
  readonly #waiting: Wanted[] = [];
  #running = 0;

  /** @param onUnreadable the file is not any more what it was when it was chosen, or gone */
  constructor(file: Blob, send: (data: ArrayBuffer | string) => void, onUnreadable: () => void) {
    this.#file = file;
    this.#send = send;
    this.#onUnreadable = onUnreadable;
  }

  answer(wanted: Wanted): void {
    this.#waiting.push(wanted);
    if (this.#running < LANES) void this.#work();
  }

  async #work(): Promise<void> {
    this.#running += 1;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#send(await this.#read(next));
    this.#running -= 1;
  }

  async #read({ id, offset, length }: Wanted): Promise<ArrayBuffer | string> {
    try {
      const bytes = await this.#file.slice(offset, offset + length).arrayBuffer();
      if (bytes.byteLength !== length) throw new Error('the file is shorter by now');
      const answer = new Uint8Array(ANSWER_HEAD + length);
      new DataView(answer.buffer).setUint32(0, id);
      answer.set(new Uint8Array(bytes), ANSWER_HEAD);
      return answer.buffer;
    } catch {
      this.#onUnreadable();
      return JSON.stringify({ unreadable: id });
    }
  }
}
