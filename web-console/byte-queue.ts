/** Bytes that arrived and were not taken yet. Grows by doubling: joining on each arrival would be quadratic. */
export class ByteQueue {
  #store = Buffer.alloc(256);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  append(bytes: Buffer): void {
    if (this.#end + bytes.length > this.#store.length) this.#makeRoom(bytes.length);
    bytes.copy(this.#store, this.#end);
    this.#end += bytes.length;
  }

  /** Up to `count` bytes from the front, left where they are; valid until the next append. */
  peek(count: number): Buffer {
    return this.#store.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  /** Removes `count` bytes from the front; the caller owns them. */
  take(count: number): Buffer {
    const taken = Buffer.from(this.peek(count));
    this.#start += taken.length;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    }
    return taken;
  }

  #makeRoom(more: number): void {
    const needed = this.length + more;
    const waiting = this.#store.subarray(this.#start, this.#end);
    // Half full at most after moving, so that moving stays rare.
    const store = needed * 2 > this.#store.length ? Buffer.alloc(needed * 2) : this.#store;
    waiting.copy(store, 0);
    this.#store = store;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
