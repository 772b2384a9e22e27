import { createAnswerLibrary } from '../../bot/answer-library.ts';
import { resolveAnswer } from '../../bot/answer-request.ts';
import { sealAnswer } from '../../core/answers/sealed-answer.ts';
import type { InstallRecord, InstallRequest, MediaMode } from '../../core/contracts/install.ts';
import type { RungWish } from '../../core/contracts/ladder.ts';
import { createSealer } from '../../core/sealing.ts';
import type { LabDevice } from '../lab/lab.ts';
import { alice, anInstall } from './an-install.ts';
import type { World } from './world.ts';

/** An install that nobody typed: written and queued as the bot does it. */
export async function putInstall(
  world: World,
  wish: {
    id: string;
    device: string;
    iso: string;
    sha256?: string;
    provider?: keyof LabDevice['ids'] | 'ssh';
    rungs?: RungWish;
    /** Text of an answer file, as somebody would type it into the form. */
    answer?: string;
    kernelArgs?: string;
    media?: MediaMode;
  },
): Promise<InstallRecord> {
  const iso = { url: world.lab.isoUrl(wish.iso), ...(wish.sha256 ? { sha256: wish.sha256 } : {}) };
  const given = await resolveAnswer({ answerText: wish.answer }, createAnswerLibrary(null));
  const request = {
    ...{ iso, requestedBy: alice },
    ...(wish.rungs ? { rungs: wish.rungs } : {}),
    ...(wish.media ? { media: wish.media } : {}),
    ...(wish.kernelArgs ? { kernelArgs: wish.kernelArgs } : {}),
    ...(given ? { answer: given.request } : {}),
  };
  const sealed = given ? { answer: sealAnswer(createSealer(world.state.keyring), given.files, wish.id) } : {};
  return put(world, wish, request, sealed);
}

/** A console of what is installed there, that nobody typed. A snapshot: it cannot write to the disk. */
export function putSnapshot(world: World, wish: { id: string; device: string }): Promise<InstallRecord> {
  const rungs = { disk: 'raw-block' } as const;
  return put(world, wish, { purpose: 'console', snapshot: true, rungs, requestedBy: alice });
}

async function put(
  world: World,
  wish: { id: string; device: string; provider?: keyof LabDevice['ids'] | 'ssh' },
  request: InstallRequest,
  sealed: InstallRecord['sealed'] = {},
): Promise<InstallRecord> {
  const device = world.lab.devices.find(({ hostname }) => hostname === wish.device);
  if (!device) throw new Error(`the lab has no device ${wish.device}`);
  const { hostname, address, tags } = device;
  const { provider = 'equinix-metal' } = wish;
  const record = anInstall({
    id: wish.id,
    createdAt: Date.now(),
    device: {
      provider,
      id: provider === 'ssh' ? hostname : device.ids[provider],
      name: hostname,
      address,
      tags: [...tags],
    },
    request,
    sealed,
  });
  const written = await world.state.store.create(record, { type: 'install-requested', actor: alice, detail: {} });
  await world.state.queue.wake(wish.id);
  return written;
}
