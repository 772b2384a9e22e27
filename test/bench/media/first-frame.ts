import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectQmp } from '../../../core/qmp.ts';
import type { HostShell } from '../../../core/ssh/host-shell.ts';
import { openSshShell } from '../../../core/ssh/ssh-shell.ts';
import { startFakeSshHost } from '../../fakes/fake-ssh-host.ts';
import { startIsoServer } from '../../support/iso-server.ts';
import { createStreamStage, type StreamStage } from '../../support/stream-stage.ts';
import { frameColour, type LoadingIso } from './loading-guest.ts';

export interface Arrival {
  /** From asking for the ISO to the first picture that its own program draws. Milliseconds. */
  firstFrameMs: number;
  /** Until all of it was on the server and its digest was compared. */
  wholeMs: number;
  /** What the server sent in all. */
  sentBytes: number;
}

export interface Course {
  dir: string;
  iso: LoadingIso;
  sha256: string;
  bytesPerSecond: number;
  media: 'download' | 'stream';
}

const LOOK_MS = 100;

/** One ISO, from the request to its first picture and to its digest: real HTTP, SSH, shell and QEMU, the worker's own steps. */
export async function measureArrival(course: Course): Promise<Arrival> {
  const { dir, iso, bytesPerSecond, media, sha256 } = course;
  const server = await startIsoServer({ ...iso, bytesPerSecond, etag: '"bench"' });
  const host = await startFakeSshHost({ run: 'sh', home: dir });
  const at = { host: '127.0.0.1', port: host.port, user: 'root', sudo: false, hostKey: host.hostKey };
  const { shell } = await openSshShell(at, host.privateKey);
  const place = { home: dir, id: `xe-${media}`, shell: () => shell };
  const stage = createStreamStage(place, { iso: { url: server.url, sha256 }, media });
  try {
    const begun = performance.now();
    const since = () => performance.now() - begun;
    await stage.mediaDone();
    await stage.launch();
    await firstFrame(shell, stage, dir);
    const firstFrameMs = since();
    while ((await stage.tend()) !== null) await sleep(LOOK_MS);
    if (stage.record.facts.media?.sha256 !== sha256) throw new Error('the ISO did not arrive as it was');
    return { firstFrameMs, wholeMs: media === 'stream' ? since() : firstFrameMs, sentBytes: server.sent() };
  } finally {
    await stage.end();
    shell.close();
    await host.close();
    await server.close();
  }
}

async function firstFrame(shell: HostShell, stage: StreamStage, dir: string): Promise<void> {
  const qmp = await connectQmp(await shell.forward(stage.record.facts.launch?.qmp ?? ''));
  const file = join(dir, 'frame.ppm');
  const end = performance.now() + 600_000;
  while (performance.now() < end) {
    await qmp.execute('screendump', { filename: file });
    if (isDrawn(await readFile(file))) break;
    await sleep(LOOK_MS);
  }
  qmp.close();
  await rm(file, { force: true });
  if (performance.now() >= end) throw new Error('the guest drew nothing');
}

/** The last dot of a picture as QEMU dumps it: the program fills the screen from its beginning. */
function isDrawn(ppm: Buffer): boolean {
  const [red = 0, green = 0, blue = 0] = ppm.subarray(-3);
  const near = (one: number, other: number) => Math.abs(one - other) < 8;
  return near(red, frameColour.red) && near(green, frameColour.green) && near(blue, frameColour.blue);
}
