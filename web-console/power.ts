import { z } from 'zod';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Logger } from '../core/log.ts';
import { connectQmp, type Qmp } from '../core/qmp.ts';
import type { PowerState } from './page-contract.ts';
import type { Targets } from './target.ts';

/** What a person may do to the VM's power. */
export const PowerAction = z.enum(['acpi-shutdown', 'reset']);
export type PowerAction = z.infer<typeof PowerAction>;

/** Power by QMP, over the VM's second control socket; the first one belongs to the worker. */
export interface Power {
  /** @throws XepaError vm-failed, unreachable */
  act(record: InstallRecord, action: PowerAction): Promise<void>;
  /** Asks QEMU only where a connection to the device is open anyway, and at most every few seconds. */
  state(record: InstallRecord): Promise<PowerState>;
}

const commands: Record<PowerAction, string> = { 'acpi-shutdown': 'system_powerdown', reset: 'system_reset' };
const QMP_TIMEOUT_MS = 5_000;
const FRESH_MS = 10_000;
const MAX_REMEMBERED = 1_000;
const Status = z.object({ status: z.string() });

export function createPower(deps: { targets: Targets; log: Logger; now: () => number }): Power {
  const lines = new Map<string, Promise<unknown>>();
  const seen = new Map<string, { at: number; state: Promise<PowerState> }>();

  /** A QMP socket serves one client at a time, so callers queue up. */
  function inTurn<T>(record: InstallRecord, talk: (qmp: Qmp) => Promise<T>): Promise<T> {
    const before = lines.get(record.id) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => converse(deps.targets, record, talk));
    const settled = turn
      .catch(() => undefined)
      .finally(() => lines.get(record.id) === settled && lines.delete(record.id));
    lines.set(record.id, settled);
    return turn;
  }

  async function ask(record: InstallRecord): Promise<PowerState> {
    try {
      const { status } = Status.parse(await inTurn(record, (qmp) => qmp.execute('query-status')));
      return powerOf(status);
    } catch (err) {
      deps.log.debug({ installId: record.id, err }, 'QEMU did not tell its state');
      return null;
    }
  }

  return {
    async act(record, action) {
      await inTurn(record, (qmp) => qmp.execute(commands[action]));
      seen.delete(record.id);
    },
    state(record) {
      if (!deps.targets.inUse(record.id)) return Promise.resolve(null);
      const known = seen.get(record.id);
      if (known && deps.now() - known.at < FRESH_MS) return known.state;
      const state = ask(record);
      if (seen.size >= MAX_REMEMBERED) seen.clear();
      seen.set(record.id, { at: deps.now(), state });
      return state;
    },
  };
}

async function converse<T>(targets: Targets, record: InstallRecord, talk: (qmp: Qmp) => Promise<T>): Promise<T> {
  const target = await targets.open(record, 'qmpConsole');
  try {
    const qmp = await connectQmp(target.stream, QMP_TIMEOUT_MS);
    return await talk(qmp);
  } finally {
    target.release();
  }
}

/** QEMU's run states (qapi/run-state.json) in words that a person needs. */
function powerOf(status: string): PowerState {
  if (status === 'running') return 'running';
  return status === 'shutdown' || status === 'guest-panicked' ? 'off' : 'paused';
}
