import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { reasonOf } from '../../web-console/close-codes.ts';
import type { ConsoleBench } from './console-bench.ts';

/** A page that serves a file over the WebSocket of its own, as far as a test wants it to. */
export interface DiscPage {
  /** What it was asked for so far. */
  asked: { id: number; offset: number; length: number }[];
  /** Sends a frame of its own making. */
  send(data: string | Buffer): void;
  /** Answers nothing from now on. */
  fallSilent(): void;
  /** Why it was closed; the close code where that is none of ours. */
  closed: Promise<string>;
  /** Cuts the line. */
  cut(): void;
}

/** Asks as the page does when a file was chosen; answers with the status. */
export async function chooseFile(
  bench: ConsoleBench,
  at: { installId: string; cookie: string },
  file: { name: string; bytes: number; key?: string },
): Promise<Response> {
  const { installId, cookie } = at;
  const body = { key: 'ab'.repeat(32), ...file };
  return bench.ask(`/api/console/${installId}/browser-disc`, { cookie, body });
}

/** As the bot does. */
export async function letServe(bench: ConsoleBench, installId: string): Promise<void> {
  await bench.store.update(installId, (now) => {
    if (!now.browserDisc) throw new Error('nobody has asked');
    const note = { type: 'console-browser-disc-accepted', actor: now.browserDisc.by, detail: {} };
    return { record: { ...now, browserDisc: { ...now.browserDisc, verdict: 'accepted' } }, note };
  });
}

/** Opens the WebSocket; a refusal is how it closes. @param content gives the bytes of the file; null: it cannot be read */
export async function openDiscPage(
  bench: ConsoleBench,
  at: { installId: string; cookie: string; url?: string },
  content: (offset: number, length: number) => Buffer | null,
): Promise<DiscPage> {
  const url = `${(at.url ?? bench.url).replace('http', 'ws')}/console/${at.installId}/browser-disc`;
  const socket = new WebSocket(url, { headers: { Cookie: at.cookie, Origin: bench.url } });
  let silent = false;
  const asked: DiscPage['asked'] = [];
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    const { read } = JSON.parse(data.toString());
    if (read === undefined) return;
    asked.push(read);
    if (silent) return;
    const bytes = content(read.offset, read.length);
    socket.send(bytes ? answerTo(read.id, bytes) : JSON.stringify({ unreadable: read.id }));
  });
  const closed = once(socket, 'close').then(([code]) => reasonOf(code) ?? String(code));
  await Promise.race([once(socket, 'open'), closed]);
  await turn();
  return {
    asked,
    send: (data) => socket.send(data),
    fallSilent() {
      silent = true;
    },
    closed,
    cut: () => socket.terminate(),
  };
}

/** What a page answers: the number of what was asked for, and the bytes. */
export function answerTo(id: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return Buffer.concat([head, bytes]);
}
