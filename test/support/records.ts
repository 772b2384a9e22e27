import type { InstallRecord, JournalEntry } from '../../core/contracts/install.ts';
import { InstallRecord as Schema } from '../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../core/contracts/step-name.ts';

const START = Date.UTC(2026, 10, 22, 9, 30);
const seconds: Readonly<Record<StepName, number>> = {
  reserve: 2,
  rescue: 94,
  reach: 41,
  survey: 3,
  plan: 1,
  lifeline: 0,
  prepare: 18,
  media: 76,
  bind: 4,
  launch: 3,
  console: 6,
  attend: 1140,
  handback: 22,
  boot: 48,
  verify: 65,
  release: 2,
};

/** An install that somebody asked for a moment ago; every part can be replaced. */
export function installRecord(parts: Partial<InstallRecord> = {}): InstallRecord {
  return Schema.parse({
    v: 1,
    id: 'xe-7f3kq2',
    rev: 1,
    createdAt: START,
    updatedAt: START,
    device: { provider: 'lab', id: 'srv-7', name: 'web-07', address: '192.0.2.7', tags: ['web'] },
    request: {
      iso: { url: 'https://mirror.example.com/debian-13.iso', name: 'debian-13', sha256: 'ab'.repeat(32) },
      reason: 'CHG-4471 replace the corrupt system',
      requestedBy: { via: 'slack', id: 'U01ALICE' },
    },
    slack: { team: 'T01TEST', channel: 'C01OPS' },
    phase: 'forward',
    at: 'reserve',
    journal: [],
    facts: {},
    sealed: {},
    audit: { seq: 1, head: '0'.repeat(64) },
    ...parts,
  });
}

/** The same install with every step before `at` done, each in its usual time, and `at` as given. */
export function installAt(
  at: StepName,
  current: Partial<JournalEntry> = {},
  parts: Partial<InstallRecord> = {},
): InstallRecord {
  let time = START + 4_000;
  const journal: JournalEntry[] = [];
  for (const step of stepNames.slice(0, stepNames.indexOf(at))) {
    const endedAt = time + seconds[step] * 1000;
    journal.push({ step, state: 'done', run: 'r1', failures: 0, startedAt: time, endedAt });
    time = endedAt;
  }
  journal.push({ step: at, state: 'waiting', run: 'r1', failures: 0, startedAt: time, ...current });
  return installRecord({ at, journal, ...parts });
}

/** The same install, finished. */
export function installedRecord(parts: Partial<InstallRecord> = {}): InstallRecord {
  const end: Partial<JournalEntry> = { state: 'done' };
  const last = installAt('release', end).journal.map((entry) => ({
    ...entry,
    endedAt: entry.endedAt ?? entry.startedAt + 2_000,
  }));
  const evidence = 'TCP 22 answers with SSH-2.0-OpenSSH_10.0p2 Debian-7 and the provider says "running".';
  return installRecord({
    phase: 'done',
    at: 'release',
    journal: last,
    facts: { verify: { up: true, evidence } },
    ...parts,
  });
}
