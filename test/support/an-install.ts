import { genesis } from '../../core/audit-chain.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord, IsoRequest, JournalEntry } from '../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../core/contracts/step-name.ts';

export const alice = { via: 'slack', id: 'U01ALICE' } as const;
export const bob = { via: 'slack', id: 'U02BOB' } as const;

/** A record as `create` takes it; what a test cares about is given, the rest is plausible. */
export function anInstall(given: Partial<InstallRecord> = {}): InstallRecord {
  return {
    v: 1,
    id: 'xe-7f3kq2',
    rev: 0,
    createdAt: 1_000,
    updatedAt: 1_000,
    device: { provider: 'equinix-metal', id: 'd-1', name: 'web-07', address: '127.0.77.1', tags: [] },
    request: { iso: { url: 'https://example.org/debian-13.iso', name: 'debian-13' }, requestedBy: alice },
    slack: { team: 'T01TEST', channel: 'C01GEN' },
    phase: 'forward',
    at: 'reserve',
    journal: [],
    facts: {},
    sealed: {},
    audit: { seq: 0, head: genesis },
    ...given,
  };
}

/** The ISO of an install. @throws where there is none, as with a console */
export function isoOf({ request }: InstallRecord): IsoRequest {
  if (!request.iso) throw new Error('the record is of a console');
  return request.iso;
}

/** A console of the system that is installed on that device. */
export function aConsole(
  given: Partial<InstallRecord> = {},
  request: Partial<InstallRecord['request']> = {},
): InstallRecord {
  return anInstall({ request: { purpose: 'console', requestedBy: alice, ...request }, ...given });
}

/** The same, with every step before `step` done and `step` as the next one. */
export function anInstallAt(step: StepName, given: Partial<InstallRecord> = {}): InstallRecord {
  const before = stepNames.slice(0, stepNames.indexOf(step));
  const journal = before.map((name, index) => aDoneEntry(name, 1_000 + index * 10_000));
  return anInstall({ at: step, journal, ...given });
}

export function aDoneEntry(step: StepName, startedAt: number): JournalEntry {
  return { step, state: 'done', run: 'worker-a', failures: 0, startedAt, endedAt: startedAt + 4_000 };
}

/** Facts of a device that was reached and whose VM runs, as the lab's machine has them. */
export const someFacts: Facts = {
  reserve: { name: 'web-07', address: '127.0.77.1', macs: ['52:54:00:aa:00:01'], saved: {} },
  rescue: { publicKey: 'ssh-ed25519 AAAA xepa-xe-7f3kq2', entries: 1, requestedAt: 2_000, marker: 'e-1' },
  reach: {
    host: '127.0.77.1',
    port: 2222,
    user: 'root',
    sudo: false,
    hostKey: 'AAAA',
    fingerprint: 'SHA256:abc',
    bootId: 'b-1',
  },
  launch: {
    dir: '/run/xepa/xe-7f3kq2',
    vnc: '/run/xepa/xe-7f3kq2/vnc.sock',
    qmp: '/run/xepa/xe-7f3kq2/qmp.sock',
    qmpConsole: '/run/xepa/xe-7f3kq2/qmp-console.sock',
    serial: ['/run/xepa/xe-7f3kq2/serial0.sock', '/run/xepa/xe-7f3kq2/serial1.sock'],
    serialLogs: ['/run/xepa/xe-7f3kq2/serial0.log', '/run/xepa/xe-7f3kq2/serial1.log'],
    pidFile: '/run/xepa/xe-7f3kq2/qemu.pid',
    startedAt: 60_000,
  },
};
