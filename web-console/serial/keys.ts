import { Writable } from 'node:stream';
import type { HostStream } from '../target.ts';

/** How long the port stays taken after the last key. */
const LINGER_MS = 2_000;
/** How long a guest that does not read may keep us from giving the port back. */
const GIVE_BACK_MS = 10_000;

/**
 * What is typed into a serial port. QEMU talks to one client at a time, and the next one waits in line with what it
 * wrote. So the port is taken for a burst of keys only and given back by ending our half: QEMU then reads what it still
 * owes the guest, and hangs up. What it sends meanwhile is in the log as well, and dropped here.
 */
export class SerialKeys extends Writable {
  readonly #open: () => Promise<HostStream>;
  #held: HostStream | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param open connects to the port's socket */
  constructor(open: () => Promise<HostStream>) {
    super();
    this.#open = open;
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#send(bytes).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#give();
    done(error);
  }

  async #send(bytes: Buffer): Promise<void> {
    this.#rest();
    const held = this.#held ?? (await this.#take());
    await new Promise<void>((sent, failed) => {
      held.stream.write(bytes, (error) => (error ? failed(error) : sent()));
    });
    if (this.destroyed) this.#give();
    else this.#timer = setTimeout(() => this.#give(), LINGER_MS);
  }

  async #take(): Promise<HostStream> {
    const taken = await this.#open();
    this.#held = taken;
    const lost = () => {
      if (this.#held === taken) this.#held = null;
      taken.release();
    };
    taken.stream.on('error', lost).once('close', lost).once('end', lost);
    taken.stream.resume();
    return taken;
  }

  #give(): void {
    this.#rest();
    const held = this.#held;
    this.#held = null;
    if (!held) return;
    held.stream.end();
    const late = setTimeout(held.release, GIVE_BACK_MS);
    held.stream.once('close', () => clearTimeout(late));
  }

  #rest(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
