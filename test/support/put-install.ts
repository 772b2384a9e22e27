import type { InstallRecord, InstallRequest } from '../../core/contracts/install.ts';
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
export function putInstall(
  world: World,
  wish: {
    id: string;
    device: string;
    iso: string;
    sha256?: string;
    provider?: keyof typeof idAt;
    rungs?: RungWish;
  },
): Promise<InstallRecord> {
  const iso = { url: world.lab.isoUrl(wish.iso), ...(wish.sha256 ? { sha256: wish.sha256 } : {}) };
  return put(world, wish, { iso, requestedBy: alice, ...(wish.rungs ? { rungs: wish.rungs } : {}) });
}

/** A console of what is installed there, that nobody typed. A snapshot: it cannot write to the disk. */
export function putSnapshot(world: World, wish: { id: string; device: string }): Promise<InstallRecord> {
  const rungs = { disk: 'raw-block' } as const;
  return put(world, wish, { purpose: 'console', snapshot: true, rungs, requestedBy: alice });
}

async function put(
  world: World,
  wish: { id: string; device: string; provider?: keyof typeof idAt },
  request: InstallRequest,
): Promise<InstallRecord> {
  const device = world.lab.devices.find(({ hostname }) => hostname === wish.device);
  if (!device) throw new Error(`the lab has no device ${wish.device}`);
  const { hostname, address, tags } = device;
  const { provider = 'equinix-metal' } = wish;
  const record = anInstall({
    id: wish.id,
    createdAt: Date.now(),
    device: { provider, id: idAt[provider](device), name: hostname, address, tags: [...tags] },
    request,
  });
  const written = await world.state.store.create(record, { type: 'install-requested', actor: alice, detail: {} });
  await world.state.queue.wake(wish.id);
  return written;
}
