import { createAnswerLibrary } from '../../bot/answer-library.ts';
import { resolveAnswer } from '../../bot/answer-request.ts';
import { sealAnswer } from '../../core/answers/sealed-answer.ts';
import type { InstallRecord, MediaMode } from '../../core/contracts/install.ts';
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
  const device = world.lab.devices.find(({ hostname }) => hostname === wish.device);
  if (!device) throw new Error(`the lab has no device ${wish.device}`);
  const { hostname, address, tags } = device;
  const { provider = 'equinix-metal' } = wish;
  const iso = { url: world.lab.isoUrl(wish.iso), ...(wish.sha256 ? { sha256: wish.sha256 } : {}) };
  const given = await resolveAnswer({ answerText: wish.answer }, createAnswerLibrary(null));
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
    request: {
      ...{ iso, requestedBy: alice },
      ...(wish.rungs ? { rungs: wish.rungs } : {}),
      ...(wish.media ? { media: wish.media } : {}),
      ...(wish.kernelArgs ? { kernelArgs: wish.kernelArgs } : {}),
      ...(given ? { answer: given.request } : {}),
    },
    sealed: given ? { answer: sealAnswer(createSealer(world.state.keyring), given.files, wish.id) } : {},
  });
  const written = await world.state.store.create(record, { type: 'install-requested', actor: alice, detail: {} });
  await world.state.queue.wake(wish.id);
  return written;
}
