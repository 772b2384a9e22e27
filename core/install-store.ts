import type { Redis } from 'ioredis';
import { genesis, nextLink } from './audit-chain.ts';
import type { Clock } from './clock.ts';
import { AuditEvent, type AuditNote } from './contracts/audit-event.ts';
import { InstallRecord, withoutAnswerOnceFinal } from './contracts/install.ts';
import type { Notice } from './contracts/notice.ts';
import { XepaError } from './errors.ts';
import { storedText } from './stored-text.ts';
import { teamListKey } from './team-lists.ts';

/** A change: the new content of the record and what the audit trail says about it. */
export interface Change {
  record: InstallRecord;
  note: AuditNote;
}

/** Decides on the record as it is now; null leaves it alone. May run more than once, so it must be pure. */
export type Decide = (current: InstallRecord) => Change | null;

/** Install records in Redis, changed only by compare-and-set on their revision. */
export interface InstallStore {
  /** @throws XepaError conflict when the id is taken */
  create(record: InstallRecord, note: AuditNote): Promise<InstallRecord>;
  /** @throws XepaError not-found */
  load(id: string): Promise<InstallRecord>;
  find(id: string): Promise<InstallRecord | null>;
  /**
   * Applies `decide` to the newest record and writes it together with its audit event in one atomic script;
   * when somebody else wrote in between, decides again. Returns the record as it now is.
   */
  update(id: string, decide: Decide): Promise<InstallRecord>;
  /** Records something that changed nothing, such as a refusal. */
  note(id: string, note: AuditNote): Promise<InstallRecord>;
  /** Ids of the newest installs, the newest first. @param team only those that were asked for in that Slack workspace */
  recentIds(limit: number, team?: string): Promise<string[]>;
  /** The newest installs first. */
  listRecent(limit: number): Promise<InstallRecord[]>;
  /** Ids of installs that may not have ended yet. */
  listOpenIds(): Promise<string[]>;
  /** Takes an ended install out of the list of open ones. */
  markEnded(id: string): Promise<void>;
  events(id: string): Promise<AuditEvent[]>;
  /** The events exactly as they are stored, for whoever proves them; an entry that is no event is an empty text. */
  eventTexts(id: string): Promise<string[]>;
}

/** Channel on which every write is announced as a Notice. */
export const changeChannel = 'xepa:changed';
const recentKey = 'xepa:installs';
const openKey = 'xepa:installs:open';
const MAX_TRIES = 20;

const compareAndSet = `
local rev = redis.call('HGET', KEYS[1], 'rev')
if (rev or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'json', ARGV[3])
redis.call('XADD', KEYS[2], '*', 'event', ARGV[4])
redis.call('PUBLISH', '${changeChannel}', ARGV[5])
return 1`;

/** `onWrite` is told of each write after it happened; it must not throw. */
export function createInstallStore(deps: {
  redis: Redis;
  clock: Clock;
  onWrite: (notice: Notice) => Promise<void>;
}): InstallStore {
  const { redis, clock } = deps;

  async function write(change: Change, readRev: number, audit: InstallRecord['audit']): Promise<InstallRecord | null> {
    const at = clock.now();
    const rev = readRev + 1;
    const event = nextLink(change.note, { seq: audit.seq + 1, at, rev, prev: audit.head });
    const { seq, hash: head } = event;
    const record = { ...withoutAnswerOnceFinal(change.record), rev, updatedAt: at, audit: { seq, head } };
    const notice: Notice = { installId: record.id, rev };
    const keys = keysOf(record.id);
    const texts = [record, event, notice].map((part) => JSON.stringify(part));
    const written = await redis.eval(
      compareAndSet,
      2,
      keys.record,
      keys.events,
      String(readRev),
      String(rev),
      ...texts,
    );
    if (written !== 1) return null;
    await deps.onWrite(notice);
    return record;
  }

  async function find(id: string): Promise<InstallRecord | null> {
    const json = await redis.hget(keysOf(id).record, 'json');
    return json === null ? null : InstallRecord.parse(JSON.parse(json));
  }

  async function load(id: string): Promise<InstallRecord> {
    const record = await find(id);
    if (!record) throw noInstall(id);
    return record;
  }

  async function update(id: string, decide: Decide): Promise<InstallRecord> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const current = await load(id);
      const change = decide(current);
      if (!change) return current;
      const written = await write(change, current.rev, current.audit);
      if (written) return written;
    }
    throw busy(id);
  }

  const eventTexts = (id: string) => textsIn(redis, keysOf(id).events);

  return {
    async create(record, note) {
      // The lists come first: an id without a record is skipped, a record in no list would be lost.
      await redis.zadd(recentKey, record.createdAt, record.id);
      if (record.slack) await redis.zadd(teamListKey(record.slack.team), record.createdAt, record.id);
      await redis.sadd(openKey, record.id);
      const written = await write({ record: InstallRecord.parse(record), note }, 0, { seq: 0, head: genesis });
      if (!written) throw busy(record.id);
      return written;
    },
    load,
    find,
    update,
    note: (id, note) => update(id, (record) => ({ record, note })),
    recentIds: (limit, team) => redis.zrevrange(team === undefined ? recentKey : teamListKey(team), 0, limit - 1),
    async listRecent(limit) {
      const ids = await redis.zrevrange(recentKey, 0, limit - 1);
      const records = await Promise.all(ids.map(find));
      return records.filter((record) => record !== null);
    },
    listOpenIds: () => redis.smembers(openKey),
    markEnded: async (id) => void (await redis.srem(openKey, id)),
    events: async (id) => (await eventTexts(id)).map((text) => AuditEvent.parse(JSON.parse(text || 'null'))),
    eventTexts,
  };
}

/** What stands in a stream of events, as it stands there; whatever is no event of ours is ''. */
async function textsIn(redis: Redis, stream: string): Promise<string[]> {
  const entries = await redis.xrangeBuffer(stream, '-', '+');
  return entries.map(([, [name, bytes, ...more]]) =>
    bytes && more.length === 0 && name?.toString() === 'event' ? storedText(bytes) : '',
  );
}

/** Both keys of an install share a hash tag, so that one script may change them in a Redis Cluster. */
function keysOf(id: string): { record: string; events: string } {
  return { record: `xepa:{${id}}:record`, events: `xepa:{${id}}:events` };
}

/** The error for an install that does not exist, or must look so. */
export function noInstall(id: string): XepaError {
  return new XepaError('not-found', { message: `no install ${id}`, userMessage: `There is no install \`${id}\`.` });
}

function busy(id: string): XepaError {
  return new XepaError('conflict', {
    message: `install ${id} changed ${MAX_TRIES} times while one write was tried`,
    userMessage: `Install \`${id}\` is changing too quickly right now; try again in a moment.`,
    retry: 'backoff',
  });
}
