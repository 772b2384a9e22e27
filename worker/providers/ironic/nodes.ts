import { randomBytes } from 'node:crypto';
import { createIronicCall, type IronicAccess } from './client.ts';
import { Anything, type IronicEntry, IronicNode, IronicPage } from './schema.ts';

const PAGE_SIZE = 100;
const LISTED = 'uuid,name,extra,traits';
const PARAMS = '/instance_info/kernel_append_params';

/** The calls that a rescue needs. Ironic refuses a state that does not follow from the one that a node is in. */
export function createIronicNodes(access: IronicAccess) {
  const call = createIronicCall(access);
  const pathOf = (id: string) => `/v1/nodes/${encodeURIComponent(id)}`;
  const provision = async (id: string, body: object, signal: AbortSignal, secrets: readonly string[] = []) => {
    await call(Anything, { method: 'PUT', path: `${pathOf(id)}/states/provision`, body, secrets, signal });
  };

  return {
    async nodes(signal: AbortSignal): Promise<IronicEntry[]> {
      const all: IronicEntry[] = [];
      for (let marker = ''; ; marker = `&marker=${all.at(-1)?.uuid}`) {
        const path = `/v1/nodes?fields=${LISTED}&limit=${PAGE_SIZE}${marker}`;
        const { nodes, next } = await call(IronicPage, { path, signal });
        all.push(...nodes);
        if (!next || nodes.length === 0) return all;
      }
    },

    node: (id: string, signal: AbortSignal): Promise<IronicNode> => call(IronicNode, { path: pathOf(id), signal }),

    /** What the kernel of the next boot from the network is started with; null: what Ironic is set up with. */
    async setKernelParams(id: string, params: string | null, signal: AbortSignal): Promise<void> {
      const change = params === null ? { op: 'remove', path: PARAMS } : { op: 'add', path: PARAMS, value: params };
      await call(Anything, { method: 'PATCH', path: pathOf(id), body: [change], signal });
    },

    /** Ironic demands a password for its user `rescue`. Nobody keeps this one. */
    async rescue(id: string, signal: AbortSignal): Promise<void> {
      const password = randomBytes(24).toString('base64url');
      await provision(id, { target: 'rescue', rescue_password: password }, signal, [password]);
    },

    unrescue: (id: string, signal: AbortSignal) => provision(id, { target: 'unrescue' }, signal),

    /** Ends the waiting for a rescue system. The node stays as it is, in the state "rescue failed". */
    abort: (id: string, signal: AbortSignal) => provision(id, { target: 'abort' }, signal),
  };
}
