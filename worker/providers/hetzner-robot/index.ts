import { z } from 'zod';
import { XepaError } from '../../../core/errors.ts';
import type { Adapter, AdapterDeps } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import { isPublished, md5Fingerprint } from '../published-key.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Provider } from '../types.ts';
import { about } from './about.ts';
import type { RobotAccess } from './client.ts';
import { addressOf, blockedBecause, nameOf, resetKind } from './fitness.ts';
import { createRobot } from './robot.ts';
import type { RobotRescue, RobotReset } from './schema.ts';

export interface HetznerRobotOptions extends RobotAccess {
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
  readHostKey: AdapterDeps['readHostKey'];
}

const PROBE_MS = 5_000;

export const hetznerRobot: Adapter = {
  about,
  needs: ['HETZNER_ROBOT_USER', 'HETZNER_ROBOT_PASSWORD'],
  connect(config, { openLedger, readHostKey }) {
    const { HETZNER_ROBOT_USER: user, HETZNER_ROBOT_PASSWORD: password, HETZNER_ROBOT_URL: apiUrl } = config;
    if (user === undefined || password === undefined) return null;
    const resets = openLedger({ provider: about, limit: 50, windowMs: 3_600_000 });
    const now = () => performance.now();
    return createHetznerRobot({
      apiUrl,
      user,
      password,
      now,
      resets,
      readHostKey,
      sshPort: config.XEPA_RESCUE_SSH_PORT,
    });
  },
};

/** What is kept of the server before anything is changed: how often it was restarted by us. */
const Saved = z.object({ resets: z.number().default(0) });

/** "Before this request": restarts that were asked for, and host keys that were published. Both only ever change. */
interface Before {
  resets: number;
  hostKeys: readonly string[];
}

/** Hetzner's dedicated servers: a rescue system is activated for the next boot, and a reset makes that boot happen. */
export function createHetznerRobot(options: HetznerRobotOptions): Provider {
  const { resets, sshPort } = options;
  const robot = createRobot(options);

  const reset = (id: string, kind: string, signal: AbortSignal): Promise<void> =>
    notedRestart(resets, id, () => robot.reset(id, kind, signal));

  return {
    ...about,

    async listDevices(signal) {
      const servers = await robot.servers(signal);
      return servers.map((server) => ({
        ...{ provider: about.id, id: String(server.server_number), name: nameOf(server), tags: [] },
        ...(server.server_ip ? { address: server.server_ip } : {}),
      }));
    },

    async getServer(id, signal) {
      const [server, boot, ways, last, count] = await Promise.all([
        robot.server(id, signal),
        robot.boot(id, signal),
        robot.resets(id, signal),
        robot.lastRescue(id, signal),
        resets.count(id),
      ]);
      return {
        ...{ name: nameOf(server), address: addressOf(server), macs: [] },
        blocked: blockedBecause(server, boot, ways),
        saved: { resets: count },
        marker: writeMarker({ resets: count, hostKeys: last?.host_key ?? [] }),
      };
    },

    async addKey(_id, key, signal) {
      const known = await robot.keysNamed(key.label, signal);
      if (known.length === 0) await robot.addKey(key, signal);
    },

    async removeKey(_id, label, signal) {
      for (const fingerprint of await robot.keysNamed(label, signal)) await robot.deleteKey(fingerprint, signal);
    },

    async enterRescue(id, { marker, key }, signal) {
      const asked = await resets.since(id, readMarker(marker).resets);
      if (asked === 'heard') return 'heard';
      const found = await robot.rescue(id, signal);
      // An activation that is gone was used by a boot, so the reset was heard. Where it is left, one more does no harm.
      if (asked === 'unsure' && !found.active) return 'heard';
      const kind = kindOrThrow(id, await robot.resets(id, signal));
      await resets.room();
      const ours = found.active && found.authorized_key.includes(md5Fingerprint(key.publicKey));
      if (found.active && !ours) await robot.deactivate(id, signal);
      if (!ours) await robot.activate(id, key, signal);
      await reset(id, kind, signal);
      return 'asked';
    },

    async rescueAccess(id, { marker }, signal) {
      const last = await robot.lastRescue(id, signal);
      const host = last?.server_ip || addressOf(await robot.server(id, signal));
      // Those of an earlier boot may still stand there.
      const { hostKeys } = readMarker(marker);
      const published = (last?.host_key ?? []).filter((fingerprint) => !hostKeys.includes(fingerprint));
      return { host, port: sshPort, user: 'root', sudo: false, hostKey: null, published };
    },

    async leaveRescue(id, { marker, saved }, signal) {
      const found = await robot.rescue(id, signal);
      if (found.active) await robot.deactivate(id, signal);
      // A server that was never restarted runs what it ran before.
      if ((await resets.count(id)) === Saved.parse(saved).resets) return;
      const asked = await resets.since(id, readMarker(marker).resets);
      if (asked === 'heard') return;
      if (asked === 'unsure' && !(await showsItsRescue(await robot.lastRescue(id, signal), options))) return;
      await reset(id, kindOrThrow(id, await robot.resets(id, signal)), signal);
    },
  };
}

/** Asks the server itself, since the provider keeps no record of resets: does the rescue that it published answer? */
async function showsItsRescue(last: RobotRescue | null, options: HetznerRobotOptions): Promise<boolean> {
  if (!last?.server_ip) return false;
  const presented = await options.readHostKey({ host: last.server_ip, port: options.sshPort, timeoutMs: PROBE_MS });
  return presented !== null && isPublished(presented, last.host_key);
}

function kindOrThrow(id: string, ways: RobotReset | null): string {
  const kind = ways === null ? null : resetKind(ways);
  if (kind !== null) return kind;
  const text = `Server ${id} cannot be reset by the API at ${about.title}.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}

function writeMarker({ resets, hostKeys }: Before): string {
  return [resets, ...hostKeys].join(' ');
}

function readMarker(marker: string): Before {
  const [resets = '', ...hostKeys] = marker.split(' ');
  return { resets: Number(resets), hostKeys };
}
