import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import express, { type Router } from 'express';
import type { LabImages } from '../images/images.ts';

const parts = ['kernel', 'initrd'] as const;
type Part = (typeof parts)[number];

/** What an operator would write down of a rescue system's kernel, in the form of `XEPA_RESCUE_KERNELS`. */
export type RescueFiles = { release: string } & Record<Part, { url: string; sha256: string }>;

/** `/kernel` and `/initrd`: what machines boot in rescue, as a boot loader takes it. */
export function rescueRouter(images: LabImages): Router {
  const router = express.Router();
  const files = pathsOf(images);
  // The lab's own folder has a dot in front.
  const options = { dotfiles: 'allow' } as const;
  for (const part of parts) router.get(`/${part}`, (_request, response) => response.sendFile(files[part], options));
  return router;
}

/** @param base URL of the router above as a device reaches it */
export async function describeRescue(images: LabImages, base: string): Promise<RescueFiles> {
  const files = pathsOf(images);
  const described = async (part: Part) => ({ url: `${base}/${part}`, sha256: await digestOf(files[part]) });
  return { release: images.release, kernel: await described('kernel'), initrd: await described('initrd') };
}

function pathsOf({ bzImage, rescueInitrd }: LabImages): Record<Part, string> {
  return { kernel: bzImage, initrd: rescueInitrd };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
