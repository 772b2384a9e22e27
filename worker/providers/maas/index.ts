import { XepaError } from '../../../core/errors.ts';
import type { Adapter } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Entered, Provider, RescueAccess } from '../types.ts';
import { about } from './about.ts';
import type { MaasAccess } from './client.ts';
import { addressOf, blockedBecause, ipv4Of, isInRescue, MachineStatus, mayExit } from './fitness.ts';
import { createMaasMachines } from './machines.ts';
import type { MaasMachine } from './schema.ts';

export interface MaasOptions extends MaasAccess {
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
}

export const maas: Adapter = {
  about,
  needs: ['MAAS_API_KEY', 'MAAS_URL'],
  connect(config, { openLedger }) {
    const { MAAS_API_KEY: apiKey, MAAS_URL: apiUrl, XEPA_RESCUE_SSH_PORT: sshPort } = config;
    if (apiKey === undefined || apiUrl === undefined) return null;
    // MAAS sets no limit: the ledger is here for its history.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createMaas({ apiUrl, apiKey, sshPort, resets });
  },
};

/** "Before this request": the machine's state at MAAS, and how often XEPA had it started into rescue. */
interface Before {
  status: number;
  resets: number;
}

/** MAAS keeps a state for each machine, which tells what became of a request whose answer was lost. */
export function createMaas(options: MaasOptions): Provider {
  const { resets, sshPort } = options;
  const api = createMaasMachines(options);

  /** It is in rescue mode and stays in it, so only its power boots the rescue system anew. */
  async function bootRescueAgain(
    machine: MaasMachine,
    asked: 'none' | 'unsure',
    signal: AbortSignal,
  ): Promise<Entered> {
    const { system_id: id, power_state: power } = machine;
    if (power === 'off') {
      await notedRestart(resets, id, () => api.powerOn(id, signal));
      return 'asked';
    }
    // It was off when the last one was noted.
    if (asked === 'unsure') return 'heard';
    await api.powerOff(id, signal);
    throw goesOff(machine);
  }

  return {
    ...about,

    async listDevices(signal) {
      const machines = await api.machines(signal);
      return machines.map((machine) => {
        const { system_id: id, hostname: name, tag_names: tags } = machine;
        const address = ipv4Of(machine);
        return { provider: about.id, id, name, tags, ...(address === undefined ? {} : { address }) };
      });
    },

    async getServer(id, signal) {
      const [machine, count] = await Promise.all([api.machine(id, signal), resets.count(id)]);
      return {
        ...{ name: machine.hostname, address: addressOf(machine), macs: [] },
        blocked: blockedBecause(machine),
        saved: {},
        marker: writeMarker({ status: machine.status, resets: count }),
      };
    },

    async addKey(_id, key, signal) {
      if ((await api.keysNamed(key.label, signal)).length === 0) await api.addKey(key, signal);
    },

    async removeKey(_id, label, signal) {
      for (const key of await api.keysNamed(label, signal)) await api.deleteKey(key.id, signal);
    },

    async enterRescue(id, { marker }, signal) {
      const before = readMarker(marker);
      const asked = await resets.since(id, before.resets);
      if (asked === 'heard') return 'heard';
      const machine = await api.machine(id, signal);
      if (isInRescue(machine.status)) {
        if (isInRescue(before.status)) return bootRescueAgain(machine, asked, signal);
        return asked === 'none' ? 'running' : 'heard';
      }
      await notedRestart(resets, id, () => api.startRescue(id, signal));
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const machine = await api.machine(id, signal);
      const login = { host: addressOf(machine), port: sshPort, user: 'ubuntu', sudo: true };
      return { ...login, hostKey: null, published: [], ...howFar(machine) };
    },

    async leaveRescue(id, _request, signal) {
      const machine = await api.machine(id, signal);
      const { status } = machine;
      // It never was in rescue, or is on its way out or out already.
      if (status === MachineStatus.deployed || status === MachineStatus.exiting) return;
      if (!mayExit(status)) throw inNoRescue(machine);
      await api.exitRescue(id, signal);
    },
  };
}

/** Ubuntu answers SSH before it is done with its start, and only then does it tell MAAS. */
function howFar({ status }: MaasMachine): Pick<RescueAccess, 'pending' | 'failed'> {
  return { pending: status !== MachineStatus.rescue, failed: status === MachineStatus.failedEntering };
}

function goesOff({ system_id: id, hostname }: MaasMachine): XepaError {
  return new XepaError('provider-unavailable', {
    message: `machine ${id} is being switched off`,
    userMessage: `${about.title} is switching ${hostname} off, to boot its rescue system anew; XEPA goes on when that is done.`,
    retry: 'backoff',
  });
}

function inNoRescue({ system_id: id, hostname, status_name: words }: MaasMachine): XepaError {
  return new XepaError('provider-rejected', {
    message: `machine ${id} is in the state ${words}`,
    userMessage: `${hostname} is in the state "${words}" at ${about.title}, from which there is no way back to its disk. Bring it to "Deployed" there.`,
    retry: 'backoff',
  });
}

function writeMarker({ status, resets }: Before): string {
  return `${status} ${resets}`;
}

function readMarker(marker: string): Before {
  const [status = '', resets = ''] = marker.split(' ');
  return { status: Number(status || Number.NaN), resets: Number(resets) };
}
