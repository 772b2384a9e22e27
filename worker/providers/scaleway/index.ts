import { z } from 'zod';
import { XepaError } from '../../../core/errors.ts';
import type { Adapter } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Provider } from '../types.ts';
import { about } from './about.ts';
import { addressOf, blockedBecause, ipv4Of, rescueUser } from './fitness.ts';
import type { ScwServer } from './schema.ts';
import { type Boot, createScwServers, type ScwOptions } from './servers.ts';

export interface ScalewayOptions extends ScwOptions {
  /** Where servers are looked for. */
  zones: readonly string[];
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
}

export const scaleway: Adapter = {
  about,
  needs: ['SCALEWAY_SECRET_KEY', 'SCALEWAY_PROJECT'],
  connect(config, { openLedger }) {
    const { SCALEWAY_SECRET_KEY: secretKey, SCALEWAY_PROJECT: projectId, SCALEWAY_ZONES: zones } = config;
    const { SCALEWAY_URL: apiUrl, XEPA_RESCUE_SSH_PORT: sshPort } = config;
    if (secretKey === undefined || projectId === undefined) return null;
    // A limit of restarts is not published: the ledger is here for its history.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createScaleway({ apiUrl, secretKey, projectId, zones, sshPort, resets });
  },
};

/** What is kept of the server before anything is changed: how often it was restarted by us. */
const Saved = z.object({ resets: z.number().default(0) });

/** "Before this request": restarts that were asked for, and what the server was set to boot. */
interface Before {
  resets: number;
  boot: string;
}

/** A server, where it stands, and how it is now. */
interface Found {
  zone: string;
  server: ScwServer;
}

/** Scaleway's Elastic Metal servers: a reboot says what it leads to, and the server keeps that until the next one does. */
export function createScaleway(options: ScalewayOptions): Provider {
  const { resets, sshPort, zones } = options;
  const scw = createScwServers(options);
  /** Servers do not move. */
  const zoneOf = new Map<string, string>();

  async function find(id: string, signal: AbortSignal): Promise<Found> {
    const known = zoneOf.get(id);
    for (const zone of known === undefined ? zones : [known]) {
      const server = await scw.server({ zone, id }, signal);
      if (server === null) continue;
      zoneOf.set(id, zone);
      return { zone, server };
    }
    throw unknownServer(id, known === undefined ? zones : [known]);
  }

  const restart = ({ zone, server }: Found, boot: Boot, signal: AbortSignal) =>
    notedRestart(resets, server.id, () =>
      scw.restart({ zone, id: server.id }, server.status === 'stopped' ? 'start' : 'reboot', boot, signal),
    );

  return {
    ...about,

    async listDevices(signal) {
      const found: ScwServer[] = [];
      for (const zone of zones) {
        const servers = await scw.servers(zone, signal);
        for (const { id } of servers) zoneOf.set(id, zone);
        found.push(...servers);
      }
      return found.map((server) => {
        const address = ipv4Of(server);
        const { id, name, tags } = server;
        return { provider: about.id, id, name, tags, ...(address === undefined ? {} : { address }) };
      });
    },

    async getServer(id, signal) {
      const [{ server }, count] = await Promise.all([find(id, signal), resets.count(id)]);
      return {
        ...{ name: server.name, address: addressOf(server), macs: [] },
        blocked: blockedBecause(server),
        saved: { resets: count },
        marker: writeMarker({ resets: count, boot: server.boot_type }),
      };
    },

    async addKey(_id, key, signal) {
      if ((await scw.keysNamed(key.label, signal)).length === 0) await scw.addKey(key, signal);
    },

    async removeKey(_id, label, signal) {
      for (const keyId of await scw.keysNamed(label, signal)) await scw.deleteKey(keyId, signal);
    },

    async enterRescue(id, { marker, key }, signal) {
      const before = readMarker(marker);
      const asked = await resets.since(id, before.resets);
      if (asked === 'heard') return 'heard';
      const found = await find(id, signal);
      // It boots something else than before, so the reboot was heard. Where it does not tell, one more does no harm.
      const boots = found.server.boot_type;
      if (asked === 'unsure' && boots === 'rescue' && boots !== before.boot) return 'heard';
      const keyIds = await scw.keysNamed(key.label, signal);
      if (keyIds.length === 0) throw keyIsMissing();
      await restart(found, { into: 'rescue', keyIds }, signal);
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const { server } = await find(id, signal);
      return { host: addressOf(server), port: sshPort, ...rescueUser(server), hostKey: null, published: [] };
    },

    async leaveRescue(id, { marker, saved }, signal) {
      const found = await find(id, signal);
      const entered = await resets.since(id, Saved.parse(saved).resets);
      // A server that was never restarted runs what it ran before.
      if (entered === 'none') return;
      if ((await resets.since(id, readMarker(marker).resets)) === 'heard') return;
      // Nobody saw the last one taken, whichever way it led: the server is set to what it boots.
      if (entered === 'unsure' && found.server.boot_type !== 'rescue') return;
      await restart(found, { into: 'normal', keyIds: [] }, signal);
    },
  };
}

function unknownServer(id: string, zones: readonly string[]): XepaError {
  const text = `${about.title} has no server ${id} of the configured project in ${zones.join(', ')}.`;
  return new XepaError('not-found', { message: text, userMessage: text });
}

function keyIsMissing(): XepaError {
  const text = `${about.title} does not show the key of this install yet; XEPA tries again by itself.`;
  return new XepaError('provider-unavailable', { message: text, userMessage: text, retry: 'backoff' });
}

function writeMarker({ resets, boot }: Before): string {
  return `${resets} ${boot}`;
}

function readMarker(marker: string): Before {
  const [resets = '', boot = ''] = marker.split(' ');
  return { resets: Number(resets), boot };
}
