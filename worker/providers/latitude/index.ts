import { z } from 'zod';
import type { Adapter } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Provider } from '../types.ts';
import { about } from './about.ts';
import type { LatAccess } from './client.ts';
import { addressOf, blockedBecause, isInRescue, nameOf, requireSettled } from './fitness.ts';
import { createLatServers } from './servers.ts';

export interface LatitudeOptions extends LatAccess {
  /** Who a person lets XEPA in as. */
  rescueUser: string;
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
}

export const latitude: Adapter = {
  about,
  needs: ['LATITUDE_API_KEY'],
  connect(config, { openLedger }) {
    const { LATITUDE_API_KEY: apiKey, LATITUDE_URL: apiUrl, LATITUDE_RESCUE_USER: rescueUser } = config;
    if (apiKey === undefined) return null;
    // A limit of restarts is not published: the ledger is here for its history.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createLatitude({ apiUrl, apiKey, rescueUser, sshPort: config.XEPA_RESCUE_SSH_PORT, resets });
  },
};

/** What is kept of the server before anything is changed: how often it was restarted by us. */
const Saved = z.object({ resets: z.number().default(0) });

/** "Before this request": restarts that were asked for, and what the server was at. */
interface Before {
  resets: number;
  status: string;
}

/** Bare-metal servers of Latitude.sh: XEPA brings a server into rescue and out of it, and a person lets it in. */
export function createLatitude(options: LatitudeOptions): Provider {
  const { resets, rescueUser, sshPort } = options;
  const api = createLatServers(options);

  return {
    ...about,

    async listDevices(signal) {
      const servers = await api.servers(signal);
      return servers.map((server) => {
        const { primary_ipv4: address, tags } = server.attributes;
        return {
          ...{ provider: about.id, id: server.id, name: nameOf(server), tags: (tags ?? []).map(({ name }) => name) },
          ...(address ? { address } : {}),
        };
      });
    },

    async getServer(id, signal) {
      const [server, count] = await Promise.all([api.server(id, signal), resets.count(id)]);
      return {
        ...{ name: nameOf(server), address: addressOf(server), macs: [] },
        blocked: blockedBecause(server),
        saved: { resets: count },
        marker: writeMarker({ resets: count, status: server.attributes.status }),
      };
    },

    /** A person puts it into the rescue's memory: the API has no place for it. */
    async addKey() {},
    async removeKey() {},

    async enterRescue(id, { marker }, signal) {
      const before = readMarker(marker);
      const asked = await resets.since(id, before.resets);
      if (asked === 'heard') return 'heard';
      const server = await api.server(id, signal);
      const { status } = server.attributes;
      // It was elsewhere before this request, so the request was heard. Where it does not tell, one more does no harm.
      if (asked === 'unsure' && !isInRescue(before.status) && isInRescue(status)) return 'heard';
      requireSettled(server);
      const enter = status === 'rescue_mode' ? api.reboot : api.startRescue;
      await notedRestart(resets, id, () => enter(id, signal));
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const server = await api.server(id, signal);
      const pending = server.attributes.status !== 'rescue_mode';
      const login = { user: rescueUser, sudo: rescueUser !== 'root' };
      return { host: addressOf(server), port: sshPort, ...login, hostKey: null, published: [], pending };
    },

    async leaveRescue(id, { marker, saved }, signal) {
      const server = await api.server(id, signal);
      // A server that was never restarted runs what it ran before.
      if ((await resets.since(id, Saved.parse(saved).resets)) === 'none') return;
      if ((await resets.since(id, readMarker(marker).resets)) === 'heard') return;
      if (!isInRescue(server.attributes.status)) return;
      requireSettled(server);
      await notedRestart(resets, id, () => api.exitRescue(id, signal));
    },
  };
}

function writeMarker({ resets, status }: Before): string {
  return `${resets} ${status}`;
}

function readMarker(marker: string): Before {
  const [resets = '', status = ''] = marker.split(' ');
  return { resets: Number(resets), status };
}
