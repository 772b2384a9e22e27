import type { InstallRecord, MediaMode } from '../../core/contracts/install.ts';
import type { RungWish } from '../../core/contracts/ladder.ts';
import type { LabDevice } from '../lab/lab.ts';
import { alice, anInstall } from './an-install.ts';
import type { World } from './world.ts';

/** By what each provider knows a device of the lab. */
const idAt = {
  'equinix-metal': ({ id }: LabDevice) => id,
  'hetzner-robot': ({ robotNumber }: LabDevice) => robotNumber,
  ssh: ({ hostname }: LabDevice) => hostname,
};

/** An install that nobody typed: written and queued as the bot does it. */
export async function putInstall(
  world: World,
  wish: {
    id: string;
    device: string;
    iso: string;
    sha256?: string;
    provider?: keyof typeof idAt;
    rungs?: RungWish;
    media?: MediaMode;
  },
): Promise<InstallRecord> {
  const device = world.lab.devices.find(({ hostname }) => hostname === wish.device);
  if (!device) throw new Error(`the lab has no device ${wish.device}`);
  const { hostname, address, tags } = device;
  const { provider = 'equinix-metal' } = wish;
  const iso = { url: world.lab.isoUrl(wish.iso), ...(wish.sha256 ? { sha256: wish.sha256 } : {}) };
  const record = anInstall({
    id: wish.id,
    createdAt: Date.now(),
    device: { provider, id: idAt[provider](device), name: hostname, address, tags: [...tags] },
    request: {
      iso,
      requestedBy: alice,
      ...(wish.rungs ? { rungs: wish.rungs } : {}),
      ...(wish.media ? { media: wish.media } : {}),
    },
  });
  const written = await world.state.store.create(record, { type: 'install-requested', actor: alice, detail: {} });
  await world.state.queue.wake(wish.id);
  return written;
}
