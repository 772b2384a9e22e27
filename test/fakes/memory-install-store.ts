import { genesis, nextLink } from '../../core/audit-chain.ts';
import type { Clock } from '../../core/clock.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import { type InstallRecord, withoutAnswerOnceFinal } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { Change, Decide, InstallStore } from '../../core/install-store.ts';

/** The store without Redis: the same promises, checked by the same conformance tests. */
export function createMemoryInstallStore(clock: Clock): InstallStore {
  const records = new Map<string, string>();
  const events = new Map<string, AuditEvent[]>();
  const open = new Set<string>();

  const write = (change: Change, readRev: number, audit: InstallRecord['audit']): InstallRecord => {
    const at = clock.now();
    const rev = readRev + 1;
    const event = nextLink(change.note, { seq: audit.seq + 1, at, rev, prev: audit.head });
    const { seq, hash: head } = event;
    const record = { ...withoutAnswerOnceFinal(change.record), rev, updatedAt: at, audit: { seq, head } };
    records.set(record.id, JSON.stringify(record));
    events.set(record.id, [...(events.get(record.id) ?? []), event]);
    return record;
  };
  const read = (id: string): InstallRecord | null => JSON.parse(records.get(id) ?? 'null');
  const mustRead = (id: string): InstallRecord => {
    const record = read(id);
    if (!record) throw new XepaError('not-found', { message: `no install ${id}`, userMessage: `no install ${id}` });
    return record;
  };
  // Reads and writes without a pause between them: that is all the atomicity there is to have here.
  const update = async (id: string, decide: Decide) => {
    const current = mustRead(id);
    const change = decide(current);
    return change ? write(change, current.rev, current.audit) : current;
  };
  const newest = () => [...records.keys()].map(mustRead).sort((a, b) => b.createdAt - a.createdAt);
  return {
    async create(record, note) {
      if (records.has(record.id)) throw new XepaError('conflict', { message: 'taken', userMessage: 'taken' });
      open.add(record.id);
      return write({ record, note }, 0, { seq: 0, head: genesis });
    },
    find: async (id) => read(id),
    load: async (id) => mustRead(id),
    update,
    note: (id, note) => update(id, (record) => ({ record, note })),
    recentIds: async (limit, team) =>
      newest()
        .filter((record) => team === undefined || record.slack?.team === team)
        .slice(0, limit)
        .map((record) => record.id),
    listRecent: async (limit) => newest().slice(0, limit),
    listOpenIds: async () => [...open],
    markEnded: async (id) => void open.delete(id),
    events: async (id) => events.get(id) ?? [],
    eventTexts: async (id) => (events.get(id) ?? []).map((event) => JSON.stringify(event)),
  };
}
