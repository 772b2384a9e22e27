import type { Redis } from 'ioredis';
import { genesis, nextLink } from './audit-chain.ts';
import type { Clock } from './clock.ts';
import { AuditEvent, type AuditNote } from './contracts/audit-event.ts';
import { XepaError } from './errors.ts';
import { storedText } from './stored-text.ts';

/** Where the chain ends; `findBreak` proves the events against it. */
export interface TrailHead {
  seq: number;
  head: string;
}

/** One thing that is kept beside the installs: a field of the hash of its shelf, as JSON. */
export interface ItemPlace {
  shelf: string;
  item: string;
}

/** The new content of an item, null to take it away, and what the trail says about it. */
export interface ItemChange {
  json: string | null;
  note: AuditNote;
}

/** An item as it now is, and whether this call changed it. */
export interface ItemNow {
  json: string | null;
  changed: boolean;
}

/** Decides on an item as it is now, null when there is none; null leaves it alone. May run more than once, so it must be pure. */
export type DecideItem = (json: string | null) => ItemChange | null;

/** The audit trail of what concerns no single install, one chain for the workspace, and the state that changes with it. */
export interface GeneralTrail {
  /** Records something that changed nothing, such as a refusal. */
  note(note: AuditNote): Promise<void>;
  /**
   * Applies `decide` to the item as it is now and writes it together with its event in one atomic script; when
   * somebody else wrote in between, decides again.
   */
  change(place: ItemPlace, decide: DecideItem): Promise<ItemNow>;
  find(place: ItemPlace): Promise<string | null>;
  items(shelf: string): Promise<ReadonlyMap<string, string>>;
  head(): Promise<TrailHead>;
  /** From the first to the newest. */
  events(): Promise<AuditEvent[]>;
  /** The same as they are stored, to be proven to the byte. */
  texts(): Promise<string[]>;
}

const headKey = 'xepa:{trail}:head';
const eventsKey = 'xepa:{trail}:events';
const MAX_TRIES = 50;
const PAGE = 1_000;

/** KEYS: head, events, and the shelf where one changes. ARGV: seq read, seq now, hash, event, item, its JSON unless it goes. */
const compareAndAppend = `
if (redis.call('HGET', KEYS[1], 'seq') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'seq', ARGV[2], 'head', ARGV[3])
redis.call('XADD', KEYS[2], '*', 'event', ARGV[4])
if ARGV[6] then redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
elseif ARGV[5] then redis.call('HDEL', KEYS[3], ARGV[5]) end
return 1`;

export function createGeneralTrail(deps: { redis: Redis; clock: Clock }): GeneralTrail {
  const { redis, clock } = deps;
  const inTurn = createTurns();

  async function head(): Promise<TrailHead> {
    const [seq, hash] = await redis.hmget(headKey, 'seq', 'head');
    return { seq: Number(seq ?? 0), head: hash ?? genesis };
  }

  async function append(from: TrailHead, note: AuditNote, write?: ItemPlace & { json: string | null }) {
    const seq = from.seq + 1;
    const event = nextLink(note, { seq, at: clock.now(), rev: seq, prev: from.head });
    const keys = [headKey, eventsKey, ...(write ? [shelfKey(write.shelf)] : [])];
    const item = write ? [write.item, ...(write.json === null ? [] : [write.json])] : [];
    const texts = [String(from.seq), String(seq), event.hash, JSON.stringify(event), ...item];
    return (await redis.eval(compareAndAppend, keys.length, ...keys, ...texts)) === 1;
  }

  async function change(place: ItemPlace, decide: DecideItem): Promise<ItemNow | null> {
    // The head first: every write moves it, so the item is the one of this head, or the script refuses.
    const from = await head();
    const json = await find(place);
    const next = decide(json);
    if (!next) return { json, changed: false };
    return (await append(from, next.note, { ...place, json: next.json })) ? { json: next.json, changed: true } : null;
  }

  const find = ({ shelf, item }: ItemPlace) => redis.hget(shelfKey(shelf), item);

  return {
    note: async (what) =>
      void (await inTurn(() => untilWritten(async () => (await append(await head(), what)) || null))),
    change: (place, decide) => inTurn(() => untilWritten(() => change(place, decide))),
    find,
    items: async (shelf) => new Map(Object.entries(await redis.hgetall(shelfKey(shelf)))),
    head,
    events: async () => (await allTexts(redis)).map((text) => AuditEvent.parse(JSON.parse(text))),
    texts: () => allTexts(redis),
  };
}

/** @param once gives null when somebody else wrote in between */
async function untilWritten<T>(once: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const written = await once();
    if (written !== null) return written;
  }
  throw busy();
}

/** The chain grows for ever: it is read page by page, so that Redis serves others in between. */
async function allTexts(redis: Redis): Promise<string[]> {
  const texts: string[] = [];
  let start = '-';
  for (;;) {
    const entries = await redis.xrangeBuffer(eventsKey, start, '+', 'COUNT', PAGE);
    texts.push(...entries.map(([, [, bytes]]) => (bytes ? storedText(bytes) : '')));
    const last = entries.at(-1);
    if (!last || entries.length < PAGE) return texts;
    start = `(${last[0]}`;
  }
}

/** One after the other: writers of one process would only drive each other into new tries. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = before.then(work);
    before = turn.catch(() => undefined);
    return turn;
  };
}

/** Everything that one script may touch shares the hash tag, as a Redis Cluster demands. */
function shelfKey(shelf: string): string {
  return `xepa:{trail}:shelf:${shelf}`;
}

function busy(): XepaError {
  return new XepaError('conflict', {
    message: `the general trail changed ${MAX_TRIES} times while one write was tried`,
    userMessage: 'Too much is being changed at once right now, so nothing was done; try again in a moment.',
    retry: 'backoff',
  });
}
