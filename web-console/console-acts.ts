import type { Actor } from '../core/contracts/actor.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';
import type { PowerAction } from './machine-contract.ts';

/** What somebody is about to do to the VM. */
export interface Act {
  type: 'console-power' | 'console-media';
  what: string;
  /** The ISO's name. */
  disc?: string;
  /** Only for the audit trail. */
  detail?: Record<string, unknown>;
  by: Actor;
  at: number;
}

/** The record holds the newest ones, until the thread has them; the audit trail has all. */
const KEPT = 10;

/** After these the worker puts the disk first again, see boot-order.ts there. */
const cdFirst: readonly string[] = ['boot-cd', 'installer'] satisfies PowerAction[];

/** Puts it on the audit trail, and where the thread is told from. */
export function withAct(record: InstallRecord, act: Act): Change {
  const { type, what, disc, detail, by, at } = act;
  const { acts = [], ...use } = record.console ?? { now: [] };
  const named = disc === undefined ? {} : { disc };
  const next = { n: (acts.at(-1)?.n ?? 0) + 1, by, what, ...named, at };
  return {
    record: {
      ...record,
      console: { ...use, acts: [...acts.slice(1 - KEPT), next], ...(cdFirst.includes(what) ? { cdFirstAt: at } : {}) },
    },
    note: { type, actor: by, detail: { action: what, ...named, ...detail } },
  };
}
