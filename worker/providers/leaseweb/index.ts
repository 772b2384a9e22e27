import type { Adapter } from '../adapter.ts';
import type { Provider, ServerState } from '../types.ts';
import { about } from './about.ts';
import type { LeasewebAccess } from './client.ts';
import {
  addressOf,
  blockedBecause,
  canRestart,
  imageOrThrow,
  linuxImage,
  nameOf,
  publicAddress,
  userOf,
} from './fitness.ts';
import { launchesAfter, launchesOf, noLaunches, readMarker, Saved, writeMarker } from './history.ts';
import { createRestarts, type RestartOptions } from './restarts.ts';
import type { LeasewebServer } from './schema.ts';
import { createLeasewebServers } from './servers.ts';

export interface LeasewebOptions extends LeasewebAccess, RestartOptions {}

export const leaseweb: Adapter = {
  about,
  needs: ['LEASEWEB_API_KEY'],
  connect(config, { openLedger, readHostKey }) {
    const { LEASEWEB_API_KEY: apiKey, LEASEWEB_URL: apiUrl, XEPA_RESCUE_SSH_PORT: sshPort } = config;
    if (apiKey === undefined) return null;
    // A history only: no limit is published.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createLeaseweb({ apiUrl, apiKey, sshPort, resets, readHostKey });
  },
};

/** Leaseweb's dedicated servers: one job brings a server into rescue, and a power cycle brings it back to its disk. */
export function createLeaseweb(options: LeasewebOptions): Provider {
  const { resets, sshPort } = options;
  const api = createLeasewebServers(options);
  const { presentedBy, endOwnJob, restart } = createRestarts(options, api);

  const imageFor = async ({ specs }: LeasewebServer, signal: AbortSignal) =>
    linuxImage(await api.images(specs?.chassis, signal));

  return {
    ...about,

    async listDevices(signal) {
      const servers = await api.servers(signal);
      return servers.map((server) => {
        const address = publicAddress(server);
        return {
          ...{ provider: about.id, id: server.id, name: nameOf(server), tags: [] },
          ...(address ? { address } : {}),
        };
      });
    },

    async getServer(id, signal): Promise<ServerState> {
      const server = await api.server(id, signal);
      const address = addressOf(server);
      const [jobs, image, power, count, hostKey] = await Promise.all([
        api.jobs(id, signal),
        imageFor(server, signal),
        canRestart(server) ? api.power(id, signal) : null,
        resets.count(id),
        presentedBy(address),
      ]);
      const launches = launchesOf(jobs);
      return {
        ...{ name: nameOf(server), address, macs: [] },
        blocked: blockedBecause({ server, power, jobs, image }),
        saved: { launches },
        marker: writeMarker({ launches, resets: count, hostKey }),
      };
    },

    /** The key goes with the entry, into the memory of the rescue system: there is no other place for it. */
    async addKey() {},
    async removeKey() {},

    async enterRescue(id, { marker, saved, key }, signal) {
      const server = await api.server(id, signal);
      const jobs = await api.jobs(id, signal);
      if (launchesAfter(jobs, readMarker(marker).launches).length > 0) return 'heard';
      const image = imageOrThrow(server, await imageFor(server, signal));
      await endOwnJob(id, jobs, Saved.safeParse(saved).data?.launches ?? noLaunches, signal);
      await api.launchRescue(id, { image: image.id, publicKey: key.publicKey }, signal);
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const [server, users] = await Promise.all([api.server(id, signal), api.rescueUsers(id, signal)]);
      const user = userOf(users);
      return { host: addressOf(server), port: sshPort, user, sudo: user !== 'root', hostKey: null, published: [] };
    },

    async leaveRescue(id, { marker, saved }, signal) {
      const server = await api.server(id, signal);
      const before = Saved.safeParse(saved).data?.launches;
      const jobs = await api.jobs(id, signal);
      // A server that was never brought into rescue runs what it ran before.
      if (before === undefined || launchesAfter(jobs, before).length === 0) return;
      const { resets: known, hostKey } = readMarker(marker);
      const asked = await resets.since(id, known);
      if (asked === 'heard') return;
      await endOwnJob(id, jobs, before, signal);
      // The provider keeps no record of power cycles, so the server itself is asked: is what answers still what answered then?
      if (asked === 'unsure' && (await presentedBy(addressOf(server))) !== hostKey) return;
      await restart(id, signal);
    },
  };
}
