import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import express from 'express';
import { listen } from '../lab/cloud/listen.ts';

/** Paths on this host. */
export interface RescueFiles {
  kernel: string;
  initrd: string;
}

/** A web server that the operator names kernel and initrd at, as whoever keeps copies of a provider's rescue system does. */
export interface FileServer {
  /** On 127.0.0.1. */
  port: number;
  /** One entry of `XEPA_RESCUE_KERNELS`. @param base URL of this server as a device reaches it */
  entry(release: string, base: string): Promise<Named>;
  close(): Promise<void>;
}

type Named = { release: string } & Record<keyof RescueFiles, { url: string; sha256: string }>;

export async function serveRescueFiles(files: RescueFiles): Promise<FileServer> {
  const app = express();
  for (const part of ['kernel', 'initrd'] as const) {
    // The lab's own folder has a dot in front.
    app.get(`/${part}`, (_request, response) => response.sendFile(files[part], { dotfiles: 'allow' }));
  }
  const { port, close } = await listen(app);
  return {
    ...{ port, close },
    async entry(release, base) {
      const named = async (part: keyof RescueFiles) => ({
        url: `${base}/${part}`,
        sha256: await digestOf(files[part]),
      });
      return { release, kernel: await named('kernel'), initrd: await named('initrd') };
    },
  };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
