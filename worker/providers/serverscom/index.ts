import { z } from 'zod';
import { XepaError } from '../../../core/errors.ts';
import type { Adapter } from '../adapter.ts';
import { labelTags } from '../label-tags.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Provider } from '../types.ts';
import { about } from './about.ts';
import type { ScomAccess } from './client.ts';
import { addressOf, blockedBecause, statusOf } from './fitness.ts';
import { createScomServers, RESCUE } from './servers.ts';

export interface ServerscomOptions extends ScomAccess {
  /** Who the rescue system lets in: the provider does not say. */
  rescueUser: string;
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
}

export const serverscom: Adapter = {
  about,
  needs: ['SERVERSCOM_TOKEN'],
  connect(config, { openLedger }) {
    const { SERVERSCOM_TOKEN: token, SERVERSCOM_URL: apiUrl, SERVERSCOM_RESCUE_USER: rescueUser } = config;
    if (token === undefined) return null;
    // A limit of restarts is not published: the ledger is here for its history.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createServerscom({ apiUrl, token, rescueUser, sshPort: config.XEPA_RESCUE_SSH_PORT, resets });
  },
};

/** What is kept of the server before anything is changed: how often it was restarted by us. */
const Saved = z.object({ resets: z.number().default(0) });

/** "Before this request": restarts that were asked for, and what the rescue mode was at. */
interface Before {
  resets: number;
  rescue: string;
}

/** Dedicated servers of Servers.com: rescue is a feature of a server, and what it is at is the history of asking for it. */
export function createServerscom(options: ServerscomOptions): Provider {
  const { resets, rescueUser, sshPort } = options;
  const api = createScomServers(options);

  const rescueStatus = async (id: string, signal: AbortSignal) => statusOf(await api.features(id, signal), RESCUE);

  /** Rescue is on, and nobody answers there: what the feature leads to is not asked for twice, so the server is cycled. */
  async function cycle(id: string, signal: AbortSignal): Promise<void> {
    const { power_status: power } = await api.server(id, signal);
    await api.power(id, power === 'powered_off' ? 'power_on' : 'power_cycle', signal);
  }

  return {
    ...about,

    async listDevices(signal) {
      const servers = await api.servers(signal);
      return servers.map(({ id, title, public_ipv4_address: address, labels }) => ({
        ...{ provider: about.id, id, name: title, tags: labelTags(Object.entries(labels ?? {})) },
        ...(address ? { address } : {}),
      }));
    },

    async getServer(id, signal) {
      const [server, features, count] = await Promise.all([
        api.server(id, signal),
        api.features(id, signal),
        resets.count(id),
      ]);
      return {
        ...{ name: server.title, address: addressOf(server), macs: [] },
        blocked: blockedBecause({ server, features }),
        saved: { resets: count },
        marker: writeMarker({ resets: count, rescue: statusOf(features, RESCUE) }),
      };
    },

    async addKey(_id, key, signal) {
      if ((await api.keysNamed(key.label, signal)).length === 0) await api.addKey(key, signal);
    },

    async removeKey(_id, label, signal) {
      for (const fingerprint of await api.keysNamed(label, signal)) await api.deleteKey(fingerprint, signal);
    },

    async enterRescue(id, { marker, key }, signal) {
      const before = readMarker(marker);
      const asked = await resets.since(id, before.resets);
      if (asked === 'heard') return 'heard';
      const rescue = await rescueStatus(id, signal);
      // It was off before this request, so the request was heard. Where it does not tell, one more does no harm.
      if (asked === 'unsure' && before.rescue === 'deactivated' && rescue.startsWith('activat')) return 'heard';
      const fingerprints = await api.keysNamed(key.label, signal);
      if (fingerprints.length === 0) throw keyIsMissing();
      const enter = () => (rescue === 'activated' ? cycle(id, signal) : api.activate(id, fingerprints, signal));
      await notedRestart(resets, id, enter);
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const host = addressOf(await api.server(id, signal));
      return { host, port: sshPort, user: rescueUser, sudo: rescueUser !== 'root', hostKey: null, published: [] };
    },

    async leaveRescue(id, { saved }, signal) {
      const rescue = await rescueStatus(id, signal);
      // A server that was never restarted runs what it ran before.
      if ((await resets.since(id, Saved.parse(saved).resets)) === 'none') return;
      if (!rescue.startsWith('activat')) return;
      await api.deactivate(id, signal);
    },
  };
}

function keyIsMissing(): XepaError {
  const text = `${about.title} does not show the key of this install yet; XEPA tries again by itself.`;
  return new XepaError('provider-unavailable', { message: text, userMessage: text, retry: 'backoff' });
}

function writeMarker({ resets, rescue }: Before): string {
  return `${resets} ${rescue}`;
}

function readMarker(marker: string): Before {
  const [resets = '', rescue = ''] = marker.split(' ');
  return { resets: Number(resets), rescue };
}
