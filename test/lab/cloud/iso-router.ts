import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';

export interface IsoRouterOptions {
  /** Folders whose `*.iso` files are served under their own name. */
  folders: readonly string[];
  /** Bytes a second for each download; undefined: as fast as it goes. */
  bytesPerSecond?: () => number | undefined;
}

const TICK_MS = 50;

/** Serves ISO files with HEAD and Range, as a mirror does; unknown names are 404. */
export function isoRouter(options: IsoRouterOptions): Router {
  const router = express.Router();
  router.get('/:name', async (request, response) => {
    const file = await find(options.folders, request.params.name);
    if (file === undefined) return void response.status(404).end();
    const { size } = await stat(file);
    response.set({ 'Accept-Ranges': 'bytes', 'Content-Type': 'application/x-iso9660-image' });
    const part = announce(request, response, size);
    if (part === null || request.method === 'HEAD') return void response.end();
    const source = createReadStream(file, part);
    response.once('close', () => source.destroy());
    const rate = options.bytesPerSecond?.();
    if (rate === undefined) source.pipe(response);
    else await trickle(source, response, rate);
  });
  return router;
}

/** Sets status and length for the part that is asked for; null when there is no such part. */
function announce(request: Request, response: Response, size: number): { start: number; end: number } | null {
  const range = request.range(size);
  if (range === -1) {
    response.status(416).set('Content-Range', `bytes */${size}`);
    return null;
  }
  const wanted = Array.isArray(range) ? range[0] : undefined;
  const part = wanted ?? { start: 0, end: size - 1 };
  if (wanted !== undefined) response.status(206).set('Content-Range', `bytes ${part.start}-${part.end}/${size}`);
  response.set('Content-Length', String(part.end - part.start + 1));
  return part;
}

async function trickle(source: AsyncIterable<Buffer>, response: Response, rate: number): Promise<void> {
  const portion = Math.max(1, Math.floor((rate * TICK_MS) / 1000));
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += portion) {
      if (response.destroyed) return;
      response.write(chunk.subarray(at, at + portion));
      await wait(TICK_MS);
    }
  }
  response.end();
}

// Names come from a directory listing, never from the request.
async function find(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const names: string[] = await readdir(folder).catch(() => []);
    if (name.endsWith('.iso') && names.includes(name)) return join(folder, name);
  }
  return undefined;
}
