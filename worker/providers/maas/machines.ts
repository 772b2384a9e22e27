import type { InstallKey } from '../types.ts';
import { createMaasCall, type MaasAccess } from './client.ts';
import { Anything, MaasMachine, MaasMachines, type MaasSshKey, MaasSshKeys } from './schema.ts';

const KEYS = '/account/prefs/sshkeys/';

/** What a machine can be told. */
type Operation = 'rescue_mode' | 'exit_rescue_mode' | 'power_off' | 'power_on';

/** The calls that a rescue needs. MAAS refuses a change of state that does not fit; switching off or on twice does nothing. */
export function createMaasMachines(access: MaasAccess) {
  const call = createMaasCall(access);
  const pathOf = (id: string) => `/machines/${encodeURIComponent(id)}/`;
  const tell = async (id: string, operation: Operation, form: Record<string, string>, signal: AbortSignal) => {
    await call(MaasMachine, { method: 'POST', path: `${pathOf(id)}?op=${operation}`, form, signal });
  };

  return {
    /** All that the key may see: the API knows no pages. */
    machines: (signal: AbortSignal): Promise<MaasMachine[]> => call(MaasMachines, { path: '/machines/', signal }),

    machine: (id: string, signal: AbortSignal): Promise<MaasMachine> => call(MaasMachine, { path: pathOf(id), signal }),

    startRescue: (id: string, signal: AbortSignal) => tell(id, 'rescue_mode', {}, signal),

    /** Back to what it was before: a deployed machine is restarted from its disk. */
    exitRescue: (id: string, signal: AbortSignal) => tell(id, 'exit_rescue_mode', {}, signal),

    /** Nothing on the machine gets to clean up. */
    powerOff: (id: string, signal: AbortSignal) => tell(id, 'power_off', { stop_mode: 'hard' }, signal),

    powerOn: (id: string, signal: AbortSignal) => tell(id, 'power_on', {}, signal),

    /** Keys of the user whose API key this is, that bear this label as their comment. */
    async keysNamed(label: string, signal: AbortSignal): Promise<MaasSshKey[]> {
      const keys = await call(MaasSshKeys, { path: KEYS, signal });
      return keys.filter(({ key }) => commentOf(key) === label);
    },

    async addKey({ label, publicKey }: InstallKey, signal: AbortSignal): Promise<void> {
      const [type, blob] = publicKey.trim().split(/\s+/);
      await call(Anything, { method: 'POST', path: KEYS, form: { key: `${type} ${blob} ${label}` }, signal });
    },

    async deleteKey(id: number, signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'DELETE', path: `${KEYS}${id}/`, signal });
    },
  };
}

function commentOf(line: string): string {
  return line.trim().split(/\s+/).slice(2).join(' ');
}
