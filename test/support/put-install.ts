import type { InstallRecord } from '../../core/contracts/install.ts';
import type { RungWish } from '../../core/contracts/ladder.ts';
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
    device: {
      provider,
      id: provider === 'ssh' ? hostname : device.ids[provider],
      name: hostname,
      address,
      tags: [...tags],
    },
    request: { iso, requestedBy: alice, ...(wish.rungs ? { rungs: wish.rungs } : {}) },
  });
  const written = await world.state.store.create(record, { type: 'install-requested', actor: alice, detail: {} });
  await world.state.queue.wake(wish.id);
  return written;
}
