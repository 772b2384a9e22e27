import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { z } from 'zod';

const message = z.object({
  event: z.string().optional(),
  data: z.object({ reason: z.string().optional() }).loose().optional(),
  return: z.unknown().optional(),
  error: z.object({ desc: z.string() }).optional(),
  id: z.number().optional(),
});

type Message = z.infer<typeof message>;

/** QEMU's machine protocol over a connection that is already there. One per QEMU process; ends with it. */
export class Qmp {
  readonly #stream: Duplex;
  readonly #pending = new Map<number, (reply: Message) => void>();
  readonly #onEvent: (name: string, reason: string | undefined) => void;
  #nextId = 1;

  constructor(stream: Duplex, onEvent: (name: string, reason: string | undefined) => void) {
    this.#stream = stream;
    this.#onEvent = onEvent;
    // The process may be killed at any moment; its exit is what counts, not this connection's end.
    stream.on('error', () => undefined);
    const lines = createInterface({ input: stream });
    lines.on('error', () => undefined);
    lines.on('line', (line) => this.#receive(message.parse(JSON.parse(line))));
    this.#stream.write('{"execute":"qmp_capabilities"}\n');
  }

  /** Runs a command; rejects with QEMU's own words, or after 10 s. */
  execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`QMP ${command}: no answer within 10 s`));
      }, 10_000);
      this.#pending.set(id, ({ error, return: value }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(value);
        else reject(new Error(`QMP ${command}: ${error.desc}`));
      });
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  /** Fails whatever still waits: the process has ended. */
  close(why: string): void {
    for (const answer of this.#pending.values()) answer({ error: { desc: `QEMU has ended: ${why}` } });
    this.#pending.clear();
  }

  #receive(received: Message): void {
    if (received.event !== undefined) this.#onEvent(received.event, received.data?.reason);
    if (received.id === undefined) return;
    const answer = this.#pending.get(received.id);
    this.#pending.delete(received.id);
    answer?.(received);
  }
}
