/**
 * Keys and buttons that a client has pressed and not let go, as its messages say. Without it whatever somebody held
 * when the keyboard was taken from them would stay pressed in the guest: a Ctrl makes every key after it a shortcut.
 */
export class HeldKeys {
  /** The message that presses a key, by what lets it go. */
  readonly #down = new Map<string, Buffer>();
  #pointer: Buffer | null = null;

  /** One whole message that went to the VM. */
  see(message: Buffer): void {
    const press = pressOf(message);
    if (press?.down) this.#down.set(press.key, message);
    else if (press !== null) this.#down.delete(press.key);
    else if (message[0] === POINTER) this.#pointer = holdsButton(message) ? message : null;
  }

  /** The messages that let go of everything; nothing is held afterwards. */
  letGo(): Buffer {
    const keys = [...this.#down.values()].map(released);
    const pointer = this.#pointer ? [buttonsUp(this.#pointer)] : [];
    this.#down.clear();
    this.#pointer = null;
    return Buffer.concat([...keys, ...pointer]);
  }
}

/** A key or a button goes down. To move the mouse, to scroll or to let go is no sign that somebody wants the keyboard. */
export function isPress(message: Buffer): boolean {
  return pressOf(message)?.down ?? (message[0] === POINTER && ((message[1] ?? 0) & CLICKS) !== 0);
}

const KEY = 4;
const POINTER = 5;
const QEMU = 255;
/** Bit 7 of the mask only announces a second mask byte. */
const BUTTONS = 0x7f;
/** Left, middle, right; the others are the wheel. */
const CLICKS = 0x07;

/** What a key message presses or lets go: the key symbol, and the scan code where there is one. */
function pressOf(message: Buffer): { key: string; down: boolean } | null {
  if (message[0] === KEY) return { key: message.toString('hex', 4, 8), down: message[1] !== 0 };
  if (message[0] !== QEMU || message[1] !== 0) return null;
  // The scan code is the key; its symbol may have changed with Shift in between.
  return { key: `q${message.toString('hex', 8, 12)}`, down: message.readUInt16BE(2) !== 0 };
}

function holdsButton(message: Buffer): boolean {
  return ((message[1] ?? 0) & BUTTONS) !== 0 || (message.length > 6 && message[6] !== 0);
}

function released(press: Buffer): Buffer {
  const release = Buffer.from(press);
  release[1] = 0;
  if (release[0] === QEMU) release.writeUInt16BE(0, 2);
  return release;
}

function buttonsUp(held: Buffer): Buffer {
  const release = Buffer.from(held);
  release[1] = (held[1] ?? 0) & ~BUTTONS;
  if (release.length > 6) release[6] = 0;
  return release;
}
