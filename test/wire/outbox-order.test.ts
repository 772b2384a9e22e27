import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMessageLock } from '../../bot/message-lock.ts';
import { createPublisher, type Publisher } from '../../bot/publisher.ts';
import { createSentMessages } from '../../bot/sent-messages.ts';
import type { SlackSender } from '../../bot/slack-sender.ts';
import { createUpdateBudget } from '../../bot/update-budget.ts';
import type { Message } from '../../bot/views/message.ts';
import { rootMessage } from '../../bot/views/root-message.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { stepNames } from '../../core/contracts/step-name.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createLogger } from '../../core/log.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';
import { installAt } from '../support/records.ts';

const log = createLogger('test', 'silent');
const ids = ['xe-one', 'xe-two', 'xe-three'];
let server: EmbeddedRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'consumer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** A Slack that takes a while for each edit, longer for some, and shows what arrived last. */
class SlowSlack implements SlackSender {
  readonly shown = new Map<string, Message>();
  readonly edits: number[] = [];
  /** How often people saw an older revision after a newer one. */
  steppedBack = 0;
  readonly #delays: number[];
  readonly #clock: FakeClock;

  /** @param delays for how many round trips of Redis each edit is under way */
  constructor(clock: FakeClock, delays: readonly number[]) {
    this.#clock = clock;
    this.#delays = [...delays];
  }

  async post(_to: unknown, message: Message) {
    const ts = `${this.shown.size + 1}`;
    this.shown.set(ts, message);
    return { channel: 'C01OPS', ts };
  }

  async update({ ts }: { ts: string }, message: Message): Promise<void> {
    this.edits.push(this.#clock.now());
    for (let turns = this.#delays.shift() ?? 0; turns > 0; turns -= 1) await redis.ping();
    if (revisionIn(message) < revisionIn(this.shown.get(ts))) this.steppedBack += 1;
    this.shown.set(ts, message);
  }

  async remove(): Promise<void> {}
  async whisper(): Promise<void> {}
}

/** What happens: an install goes on, a bot hears of it (and may have read it long ago), time passes. */
const write = fc.record({ kind: fc.constant('write' as const), id: fc.constantFrom(...ids), jump: fc.nat(3) });
const notice = fc.record({
  kind: fc.constant('notice' as const),
  id: fc.constantFrom(...ids),
  bot: fc.nat(1),
  behind: fc.nat(2),
});
const time = fc.record({ kind: fc.constant('time' as const), ms: fc.nat(20_000) });
const events = fc.array(fc.oneof(write, notice, time), { minLength: 20, maxLength: 120 });
type Event = typeof events extends fc.Arbitrary<(infer One)[]> ? One : never;

/** Two bots over one Redis; the records are what the story says. */
class World {
  readonly clock = new FakeClock();
  readonly slack: SlowSlack;
  readonly #history = new Map(ids.map((id) => [id, [recordOf(id, 1)]]));
  readonly #laters = new Map<string, number>();
  readonly #bots: readonly Publisher[];
  readonly #running: Promise<void>[] = [];
  #behind = 0;

  constructor(delays: readonly number[]) {
    this.slack = new SlowSlack(this.clock, delays);
    this.#bots = [this.#bot(), this.#bot()];
  }

  newest(id: string): InstallRecord {
    return this.#history.get(id)?.at(-1) ?? recordOf(id, 1);
  }

  async play(event: Event): Promise<void> {
    if (event.kind === 'notice') return this.#hear(event);
    if (event.kind === 'time') this.clock.forward(event.ms);
    else this.#history.get(event.id)?.push(recordOf(event.id, this.newest(event.id).rev + 1 + event.jump));
    await redis.ping();
  }

  /** Everything that was begun ends, everybody is told once more, and all that they want to look at again is. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
    for (const id of ids) this.#laters.set(id, this.clock.now());
    for (let looks = 0; this.#laters.size > 0; looks += 1) {
      expect(looks).toBeLessThan(500);
      const [id, at] = [...this.#laters].reduce((soonest, next) => (next[1] < soonest[1] ? next : soonest));
      this.clock.forward(Math.max(0, at - this.clock.now()));
      this.#laters.delete(id);
      await this.#bots[looks % 2]?.publish(id);
    }
  }

  /** Begins, and is not waited for: it mixes with what comes next. */
  #hear(heard: { id: string; bot: number; behind: number }): void {
    this.#behind = heard.behind;
    const publishing = this.#bots[heard.bot]?.publish(heard.id);
    if (publishing) this.#running.push(publishing);
    this.#behind = 0;
  }

  #bot(): Publisher {
    const { clock, slack } = this;
    const later = (id: string, ms: number) => {
      this.#laters.set(id, Math.min(this.#laters.get(id) ?? Number.POSITIVE_INFINITY, clock.now() + ms));
    };
    return createPublisher({
      // What was read when the notice came may be old by the time at which it is shown.
      store: { find: async (id) => this.#history.get(id)?.at(-1 - this.#behind) ?? this.newest(id) },
      sent: createSentMessages({ redis, clock }),
      lock: createMessageLock(redis),
      budget: createUpdateBudget({ redis, clock, teamId: 'T1' }),
      heartbeats: { last: async () => ({ at: clock.now(), next: clock.now() }) },
      parking: { reason: async () => null, park: async () => undefined },
      ...{ later, sender: slack, clock, log },
    });
  }
}

/** Every revision looks different. */
function recordOf(id: string, rev: number): InstallRecord {
  const at = stepNames[(rev * 2) % stepNames.indexOf('attend')] ?? 'media';
  return installAt(at, { why: `revision ${rev}` }, { id, rev });
}

test('whatever the order of notices, the newest revision is shown last, and no minute has more than 40 edits', async () => {
  const story = fc.tuple(events, fc.array(fc.nat(6), { maxLength: 40 }));
  await fc.assert(
    fc.asyncProperty(story, async ([told, delays]) => {
      await redis.flushall();
      const world = new World(delays);
      for (const event of told) await world.play(event);
      await world.settle();
      const shown = [...world.slack.shown.values()].map((message) => JSON.stringify(message));
      expect(shown.toSorted()).toEqual(ids.map((id) => JSON.stringify(rootMessage(world.newest(id)))).toSorted());
      expect(world.slack.steppedBack).toBe(0);
      expect(busiestMinute(world.slack.edits)).toBeLessThanOrEqual(40);
    }),
    { numRuns: 60 },
  );
});

function revisionIn(message: Message | undefined): number {
  return Number(/revision (\d+)/.exec(JSON.stringify(message ?? ''))?.[1] ?? 0);
}

function busiestMinute(edits: readonly number[]): number {
  return Math.max(0, ...edits.map((from) => edits.filter((at) => at >= from && at < from + 60_000).length));
}
