import type { Device } from '../../../core/contracts/device.ts';
import { XepaError } from '../../../core/errors.ts';
import type { Adapter } from '../adapter.ts';
import type { Provider, ServerState } from '../types.ts';
import { about } from './about.ts';
import type { OvhAccess } from './client.ts';
import { addressOf, blockedBecause, cameToNothing, linuxRescue, nameOf, tagsOf } from './fitness.ts';
import { OvhSaved, type OvhServer } from './schema.ts';
import { createOvhServers } from './servers.ts';

export interface OvhcloudOptions extends OvhAccess {
  /** Port of the rescue system's sshd. */
  sshPort: number;
}

/** Names and tags of a server are read anew after this long: the list itself tells neither. */
const DETAILS_MS = 10 * 60_000;
/** Servers read at the same time. */
const AT_ONCE = 8;

export const ovhcloud: Adapter = {
  about,
  needs: ['OVH_APPLICATION_KEY', 'OVH_APPLICATION_SECRET', 'OVH_CONSUMER_KEY'],
  connect(config) {
    const { OVH_APPLICATION_KEY: applicationKey, OVH_APPLICATION_SECRET: applicationSecret } = config;
    const { OVH_CONSUMER_KEY: consumerKey, OVH_URL: apiUrl, XEPA_RESCUE_SSH_PORT: sshPort } = config;
    if (applicationKey === undefined || applicationSecret === undefined || consumerKey === undefined) return null;
    return createOvhcloud({ apiUrl, applicationKey, applicationSecret, consumerKey, sshPort, now: Date.now });
  },
};

/** OVHcloud's dedicated servers: what the server boots is a setting that stays, so it is put back on every way out. */
export function createOvhcloud(options: OvhcloudOptions): Provider {
  const ovh = createOvhServers(options);
  const details = new Map<string, { at: number; device: Device }>();

  /** Was the server restarted after this one, as far as the provider knows? Tasks that came to nothing do not count. */
  async function restartedSince(id: string, newest: number, signal: AbortSignal): Promise<boolean> {
    const later = (await ovh.restarts(id, signal)).filter((task) => task > newest);
    const tasks = await Promise.all(later.map((task) => ovh.task(id, task, signal)));
    return tasks.some((task) => !cameToNothing(task));
  }

  const rescueImage = async (id: string, signal: AbortSignal) => linuxRescue(await ovh.boots(id, 'rescue', signal));

  async function deviceOf(name: string, signal: AbortSignal): Promise<Device> {
    const known = details.get(name);
    if (known && options.now() - known.at < DETAILS_MS) return known.device;
    const server = await ovh.server(name, signal);
    const address = server.ip ? { address: server.ip } : {};
    const device = { provider: about.id, id: name, name: nameOf(server), ...address, tags: tagsOf(server) };
    details.set(name, { at: options.now(), device });
    return device;
  }

  return {
    ...about,

    async listDevices(signal) {
      const names = await ovh.names(signal);
      const devices: Device[] = [];
      for (let from = 0; from < names.length; from += AT_ONCE) {
        const some = names.slice(from, from + AT_ONCE).map((name) => deviceOf(name, signal));
        devices.push(...(await Promise.all(some)));
      }
      return devices;
    },

    async getServer(id, signal): Promise<ServerState> {
      const server = await ovh.server(id, signal);
      const [restarts, tasks, rescue, boot] = await Promise.all([
        ovh.restarts(id, signal),
        ovh.openTasks(id, signal),
        rescueImage(id, signal),
        server.bootId ? ovh.boot(id, server.bootId, signal) : null,
      ]);
      const newestRestart = Math.max(0, ...restarts);
      return {
        ...{ name: nameOf(server), address: addressOf(server), macs: [] },
        blocked: blockedBecause({ server, boot, tasks, rescue }),
        saved: settingsOf(server, newestRestart),
        marker: String(newestRestart),
      };
    },

    /** The key goes with the entry: there is no place at the account where it could lie before or after. */
    async addKey() {},
    async removeKey() {},

    async enterRescue(id, { marker, key }, signal) {
      if (await restartedSince(id, Number(marker), signal)) return 'heard';
      const rescue = await rescueImage(id, signal);
      if (rescue === null) throw noRescue(id);
      await ovh.change(id, { bootId: rescue.bootId, rescueSshKey: key.publicKey.trim(), ...undisturbed }, signal);
      await ovh.reboot(id, signal);
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const host = addressOf(await ovh.server(id, signal));
      return { host, port: options.sshPort, user: 'root', sudo: false, hostKey: null, published: [] };
    },

    async leaveRescue(id, { marker, saved, loader }, signal) {
      const known = OvhSaved.safeParse(saved).data;
      // What was never read was never changed; but a device that is not there is told all the same.
      if (!known) return void (await ovh.server(id, signal));
      const { newestRestart, ...settings } = known;
      const bootId = settings.bootId ?? (await ovh.boots(id, 'harddisk', signal))[0]?.bootId ?? null;
      const efiBootloaderPath = efiPath(loader) ?? settings.efiBootloaderPath;
      await ovh.change(id, { ...settings, bootId, efiBootloaderPath }, signal);
      if (!(await restartedSince(id, newestRestart, signal))) return;
      if (await restartedSince(id, Number(marker), signal)) return;
      await ovh.reboot(id, signal);
    },
  };
}

/** A failed ping would bring a technician, who restarts it. */
const undisturbed = { monitoring: false, noIntervention: true };

/** The network boot leads to the disk by this path; an install that is undone has none, and the old one holds. */
function efiPath(loader: string | null | undefined): string | undefined {
  return loader?.replaceAll('/', '\\');
}

function settingsOf(server: OvhServer, newestRestart: number): OvhSaved {
  const { bootId = null, bootScript = null, rescueSshKey = null, efiBootloaderPath = null } = server;
  const { monitoring, noIntervention } = server;
  return { bootId, bootScript, rescueSshKey, efiBootloaderPath, monitoring, noIntervention, newestRestart };
}

function noRescue(id: string): XepaError {
  const text = `${id} has no Linux rescue system at ${about.title}.`;
  return new XepaError('device-unfit', { message: text, userMessage: text });
}
