import type { InstallRecord } from '../../core/contracts/install.ts';
import { eventually } from '../demo/eventually.ts';
import type { FakeRequest } from '../fakes/fake-api.ts';
import { renderNode } from '../fakes/ironic/render.ts';
import { renderServer as latitudeServer } from '../fakes/latitude/render.ts';
import { renderServer as leasewebServer } from '../fakes/leaseweb/render.ts';
import { renderMachine } from '../fakes/maas/render.ts';
import { renderServer as scalewayServer } from '../fakes/scaleway/render.ts';
import { renderFeatures, renderServer as serverscomServer } from '../fakes/serverscom/render.ts';
import type { Sites } from '../lab/cloud/sites.ts';
import type { LabDevice } from '../lab/lab.ts';
import type { Machine } from '../lab/machine/machine.ts';
import type { World } from './world.ts';

/** What a provider shows of one server and of our keys: how, for each that a round goes through. */
const views = {
  scaleway: ({ scaleway: { account } }, id) => ({
    server: scalewayServer(known(account.servers.get(id))),
    keys: [...account.keys.values()],
  }),
  leaseweb({ leaseweb: { account } }, id) {
    const server = known(account.servers.get(id));
    return { server: leasewebServer(server), running: server.jobs.filter(({ status }) => status === 'ACTIVE') };
  },
  serverscom({ serverscom: { account } }, id) {
    const server = known(account.servers.get(id));
    return { server: serverscomServer(server), features: renderFeatures(server), keys: [...account.keys.values()] };
  },
  latitude: ({ latitude: { account } }, id) => latitudeServer(known(account.servers.get(id))),
  maas({ maas: { account } }, id) {
    // Whoever starts rescue mode owns the machine from then on: MAAS has no call that gives it back.
    const { owner: _owner, ...machine } = renderMachine(known(account.machines.get(id)));
    return { machine, keys: account.keysOf(account.user) };
  },
  ironic({ ironic: { account } }, id) {
    const { updated_at: _at, provision_updated_at: _provisionAt, ...node } = renderNode(known(account.nodes.get(id)));
    return node;
  },
} satisfies Partial<Record<keyof Sites, (sites: Sites, id: string) => unknown>>;

export type RoundProvider = keyof typeof views;

/** What came of one time into rescue and back. */
export interface Round {
  record: InstallRecord;
  /** What the provider showed before, and shows when it is over. */
  shown: { before: unknown; after: unknown };
  /** What the machine said on its serial port, from its own disk. */
  line: string;
}

/**
 * One time into rescue by this provider and back to the own disk: ready for the next one.
 * @param play starts the install, and answers when it has ended
 */
export async function goRound(
  { lab }: World,
  { provider, device }: { provider: RoundProvider; device: LabDevice },
  play: () => Promise<InstallRecord>,
): Promise<Round> {
  const { machine, ids } = device;
  const look = () => views[provider](lab.sites, ids[provider]);
  const before = look();
  const record = await play();
  await lab.sites[provider].api.settled();
  await eventually('the restart from disk', async () => (machine.booted === 'disk' ? true : null));
  return { record, shown: { before, after: look() }, line: await comesUp(machine) };
}

/** What a provider was asked to change, in short: the method and the last word of what it names, behind which an id may stand. */
export function changesAsked(requests: readonly FakeRequest[]): string[] {
  return requests
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/identity'))
    .map(({ method, url }) => {
      const words = url.split(/[/=?]/).filter((word) => word !== '');
      return `${method} ${words.at(['DELETE', 'PATCH'].includes(method) ? -2 : -1)}`;
    });
}

/** Under load the emulated metal sometimes stands still at its boot loader; switched on again, it tells that from a disk that does not boot. */
async function comesUp(machine: Machine): Promise<string> {
  const line = /INSTALLED-OS-OK[^\r\n]*/;
  const up = await machine.waitForSerial(line, 90_000).catch(() => null);
  if (up) return up[0];
  console.warn(`SWITCHED ON AGAIN: ${machine.spec.hostname} stood still at its boot loader`);
  await machine.reset('disk');
  return (await machine.waitForSerial(line))[0];
}

function known<T>(server: T | undefined): T {
  if (server === undefined) throw new Error('the account has no such server');
  return server;
}
