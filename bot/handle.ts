import { randomBytes } from 'node:crypto';
import { XepaError } from '../core/errors.ts';
import type { Asker, BotDeps } from './deps.ts';
import type { FormAnswer } from './modals/modal.ts';
import { isFirstDelivery } from './replay-guard.ts';
import { sentence } from './views/message.ts';

/** One delivery from Slack: a command or a click. */
interface Delivery {
  ack(): Promise<void>;
  /** The signature or the envelope id: the same for a repeated delivery. */
  deliveryId: string;
  asker: Asker;
  /** For the log: the command's verb or the button's id. */
  what: string;
}

/** Runs what people ask for, one way for everything: ack at once, never twice, and every error becomes a sentence. */
export interface Handler {
  run(delivery: Delivery, work: () => Promise<void>): Promise<void>;
  /**
   * The same for a form, whose acknowledgement is its answer: `work` has Slack's three seconds. A form that was sent twice is
   * answered once, and closes the second time.
   */
  answer(
    form: Omit<Delivery, 'ack'> & { reply(answer: FormAnswer): Promise<void> },
    work: () => Promise<FormAnswer>,
  ): Promise<void>;
  /** Waits for what is being done now. */
  drain(): Promise<void>;
}

/** A Redis that neither answers nor breaks the connection counts as down after that time. */
const GUARD_MS = 2_000;

export function createHandler(deps: Pick<BotDeps, 'redis' | 'log'>): Handler {
  const running = new Set<Promise<void>>();
  const guarded = async (delivery: Delivery, work: () => Promise<void>) => {
    try {
      if (await isFirst(deps, delivery)) await work();
    } catch (err) {
      const lost = !(err instanceof XepaError) && deps.redis.status !== 'ready';
      await report(deps, delivery, lost ? redisDown(halfDone, err) : err);
    }
  };
  return {
    async run(delivery, work) {
      await delivery.ack();
      const task = guarded(delivery, work);
      running.add(task);
      await task.finally(() => running.delete(task));
    },
    async answer({ reply, ...form }, work) {
      const delivery = { ...form, ack: async () => undefined };
      let answer: FormAnswer = { kind: 'close' };
      const task = guarded(delivery, async () => {
        answer = await work();
      });
      running.add(task);
      await task.finally(() => running.delete(task));
      await reply(answer);
    },
    drain: async () => void (await Promise.allSettled(running)),
  };
}

async function report(deps: Pick<BotDeps, 'redis' | 'log'>, delivery: Delivery, err: unknown): Promise<void> {
  const errorId = randomBytes(4).toString('hex');
  const { what, asker } = delivery;
  const known = err instanceof XepaError;
  const expected = known && ['bad-input', 'not-allowed', 'not-found'].includes(err.code);
  if (expected) deps.log.info({ what, user: asker.user, code: err.code, reason: err.userMessage }, 'refused');
  else deps.log.error({ err, errorId, what, user: asker.user }, 'a command or click failed');
  const unexpected = `Something went wrong inside XEPA (error ${errorId}). Its log says more under that number.`;
  try {
    await asker.tell(sentence(`⚠️ ${known ? err.userMessage : unexpected}`));
  } catch (tellErr) {
    deps.log.error({ err: tellErr, errorId, what }, 'could not tell the person about an error');
  }
}

/** The first thing every delivery needs of Redis; when that fails, nothing has happened yet. */
async function isFirst(deps: Pick<BotDeps, 'redis'>, delivery: Delivery): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${GUARD_MS} ms`)), GUARD_MS);
  });
  try {
    return await Promise.race([isFirstDelivery(deps.redis, delivery.deliveryId), late]);
  } catch (err) {
    throw redisDown(nothingDone, err);
  } finally {
    clearTimeout(timer);
  }
}

const nothingDone = 'XEPA cannot reach its database (Redis) right now, so *nothing was done*. Try again in a minute.';
const halfDone =
  'XEPA lost its database (Redis) while doing this. Look at `/xepa status` in a minute, before you try again.';

function redisDown(userMessage: string, cause: unknown): XepaError {
  return new XepaError('redis-down', {
    message: 'Redis did not answer what a delivery from Slack needed',
    userMessage,
    retry: 'backoff',
    cause,
  });
}
