import { z } from 'zod';
import type { WorkerConfig } from '../../config.ts';
import type { Adapter } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Entered, Provider, RescueAccess } from '../types.ts';
import { about } from './about.ts';
import type { IronicAccess } from './client.ts';
import { atWork, nextMove, readMarker, writeMarker } from './entry.ts';
import { addressOf, blockedBecause, nameOf, notedAddress, State, tagsOf } from './fitness.ts';
import { bringKey, paramsOf, paramsWith, withoutKey } from './kernel-params.ts';
import type { IronicLogin } from './login.ts';
import { createIronicNodes } from './nodes.ts';
import type { IronicNode } from './schema.ts';

export interface IronicOptions extends IronicAccess {
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
}

export const ironic: Adapter = {
  about,
  needs: ['IRONIC_URL'],
  connect(config, { openLedger }) {
    const { IRONIC_URL: apiUrl, XEPA_RESCUE_SSH_PORT: sshPort } = config;
    if (apiUrl === undefined) return null;
    // Ironic sets no limit: the ledger is here for its history.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createIronic({ apiUrl, sshPort, resets, login: loginOf(config), now: Date.now });
  },
};

function loginOf(config: WorkerConfig): IronicLogin {
  const { IRONIC_KEYSTONE_URL: url, IRONIC_CREDENTIAL_ID: credentialId, IRONIC_CREDENTIAL_SECRET: secret } = config;
  if (url && credentialId && secret) return { kind: 'keystone', url, credentialId, secret };
  const { IRONIC_USER: user, IRONIC_PASSWORD: password } = config;
  return user && password ? { kind: 'basic', user, password } : { kind: 'none' };
}

/** What is kept of the node before anything is changed. */
const Saved = z.object({ kernelParams: z.string().nullable().default(null) });

/** From these a node is brought back to its disk by "unrescue". */
const mayUnrescue: readonly string[] = [State.rescue, State.rescueFailed, State.unrescueFailed];

/** Ironic keeps a state for each node, which tells what became of a request whose answer was lost. */
export function createIronic(options: IronicOptions): Provider {
  const { resets, sshPort } = options;
  const api = createIronicNodes(options);

  /** The key must not stay: what it stands in outlives the rescue. */
  async function putParamsBack(node: IronicNode, saved: Record<string, unknown>, signal: AbortSignal): Promise<void> {
    const { kernelParams } = Saved.parse(saved);
    if (bringKey(paramsOf(node))) await api.setKernelParams(node.uuid, kernelParams, signal);
  }

  return {
    ...about,

    async listDevices(signal) {
      const nodes = await api.nodes(signal);
      return nodes.map((node) => {
        const address = notedAddress(node);
        const device = { provider: about.id, id: node.uuid, name: nameOf(node), tags: tagsOf(node) };
        return address === undefined ? device : { ...device, address };
      });
    },

    async getServer(id, signal) {
      const [node, count] = await Promise.all([api.node(id, signal), resets.count(id)]);
      return {
        ...{ name: nameOf(node), address: addressOf(node), macs: [] },
        blocked: blockedBecause(node),
        saved: Saved.parse({ kernelParams: withoutKey(paramsOf(node)) }),
        marker: writeMarker(node, count),
      };
    },

    /** The key goes with the entry, on the kernel's command line. */
    async addKey() {},
    async removeKey() {},

    async enterRescue(id, { marker, saved, key }, signal) {
      const before = readMarker(marker);
      const asked = await resets.since(id, before.resets);
      if (asked === 'heard') return 'heard';
      const node = await api.node(id, signal);
      const move = nextMove(node, before);
      if (move === 'nothing') return whoseEntry(asked);
      if (move === 'abort') await api.abort(id, signal);
      if (move !== 'ask') throw atWork(node);
      const params = paramsWith(key, node, Saved.parse(saved).kernelParams);
      if (paramsOf(node) !== params) await api.setKernelParams(id, params, signal);
      await notedRestart(resets, id, () => api.rescue(id, signal));
      return 'asked';
    },

    async rescueAccess(id, _request, signal) {
      const node = await api.node(id, signal);
      const login = { host: addressOf(node), port: sshPort, user: 'root', sudo: false };
      return { ...login, hostKey: null, published: [], ...howFar(node) };
    },

    async leaveRescue(id, { saved }, signal) {
      const node = await api.node(id, signal);
      const { provision_state: state } = node;
      // It can only be let go of once Ironic waits for it no more.
      if (state === State.rescueWait) await api.abort(id, signal);
      if (state === State.rescueWait || state === State.rescuing) throw atWork(node);
      if (state === State.unrescuing) {
        if (bringKey(paramsOf(node))) throw atWork(node);
        return;
      }
      await putParamsBack(node, saved, signal);
      // A node that never was in rescue runs what it ran before.
      if (mayUnrescue.includes(state)) await api.unrescue(id, signal);
    },
  };
}

/** Where nothing was sent it is an entry of before that came up meanwhile. */
function whoseEntry(asked: 'none' | 'unsure'): Entered {
  return asked === 'none' ? 'running' : 'heard';
}

/** The rescue system answers SSH before Ironic has moved the node to its own networks, which cuts the connection. */
function howFar({ provision_state: state }: IronicNode): Pick<RescueAccess, 'pending' | 'failed'> {
  return { pending: state !== State.rescue, failed: state === State.rescueFailed };
}
