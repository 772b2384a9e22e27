import { toXepaError, XepaError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { PictureKind, PictureMilestone, PictureStore } from '../../core/picture-store.ts';
import type { NoticeQueue } from '../../core/queues.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import type { Answer, Wish, Wishes } from '../../core/wishes.ts';
import { isBlank } from '../host/pixels.ts';
import { vmLogs } from '../host/vm-logs.ts';
import type { StepContext } from '../saga/step.ts';
import { runDir } from './deps.ts';
import { asPicture, lookAtScreen } from './screen.ts';

/** Shows people what the VM's screen shows. A picture is a courtesy: it never fails a step, and delays it by seconds at most. */
export interface Eyes {
  /** Answers whoever wants to see the screen or the logs now, and keeps the first picture on which something is. */
  look(context: StepContext, shell: HostShell): Promise<void>;
  /** Keeps a picture of this moment, unless there is one. */
  keep(context: StepContext, shell: HostShell, moment: PictureMilestone): Promise<void>;
}

export interface EyesDeps {
  pictures: Pick<PictureStore, 'put' | 'has'>;
  wishes: Pick<Wishes, 'open' | 'answer'>;
  notices: Pick<NoticeQueue, 'send'>;
  log: Logger;
  /** Longest that a look may take. Milliseconds. */
  limitMs: number;
}

/** One look at one VM. */
interface Look {
  deps: EyesDeps;
  context: StepContext;
  shell: HostShell;
  limit: AbortSignal;
}

/** A screen that is still blank by then is left alone: each try costs the server a picture. */
const FIRST_PICTURE_MS = 5 * 60_000;

export function createEyes(deps: EyesDeps): Eyes {
  return {
    look: (context, shell) =>
      briefly(deps, { context, shell }, async (look) => {
        await serveWishes(look);
        await keepFirst(look);
      }),
    keep: (context, shell, moment) =>
      briefly(deps, { context, shell }, async (look) => {
        const kind = `milestone:${moment}` as const;
        if (!(await deps.pictures.has(context.record.id, kind))) await take(look, { kind, askedBy: [] });
      }),
  };
}

/** Within the limit, and without a word to the step if it does not work. */
async function briefly(
  deps: EyesDeps,
  at: Pick<Look, 'context' | 'shell'>,
  act: (look: Look) => Promise<void>,
): Promise<void> {
  const { record, signal } = at.context;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(tooSlow()), deps.limitMs);
  const limit = AbortSignal.any([signal, over.signal]);
  try {
    await orStop(act({ deps, ...at, limit }), limit);
  } catch (err) {
    if (!signal.aborted) deps.log.warn({ installId: record.id, err }, 'a picture of the screen was left out');
  } finally {
    clearTimeout(timer);
  }
}

/** What the work still does after the limit is hung up on and leads nowhere. */
function orStop<T>(work: Promise<T>, limit: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), { once: true });
    work.then(resolve, reject);
  });
}

async function keepFirst(look: Look): Promise<void> {
  const { record, now } = look.context;
  const since = now() - (record.facts.console?.readyAt ?? 0);
  const kind = 'milestone:console-ready';
  if (since > FIRST_PICTURE_MS || (await look.deps.pictures.has(record.id, kind))) return;
  await take(look, { kind, askedBy: [], unlessBlank: true });
}

/** One picture and one reading of the logs answer everybody who wants them. */
async function serveWishes(look: Look): Promise<void> {
  const open = await look.deps.wishes.open(look.context.record.id);
  const pictures = open.filter(({ what }) => what === 'picture');
  const logs = open.filter(({ what }) => what === 'logs');
  await Promise.all([answerAll(look, pictures, picture), answerAll(look, logs, readLogs)]);
}

async function answerAll(
  look: Look,
  wishes: readonly Wish[],
  find: (look: Look, wishes: readonly Wish[]) => Promise<Answer>,
): Promise<void> {
  if (wishes.length === 0) return;
  const { deps, context, limit } = look;
  const answer = await orStop(find(look, wishes), limit).catch((err: unknown): Answer => {
    deps.log.warn({ installId: context.record.id, err }, 'a wish could not be met');
    return { what: 'failed', message: toXepaError(err).userMessage };
  });
  // A worker that is told to stop leaves the wishes to the next one.
  if (context.signal.aborted) return;
  for (const { nonce } of wishes) await deps.wishes.answer(context.record.id, nonce, answer);
  await deps.notices.send({ installId: context.record.id, rev: 0 });
}

async function picture(look: Look, wishes: readonly Wish[]): Promise<Answer> {
  const kind = `asked:${wishes[0]?.nonce ?? ''}` as const;
  await take(look, { kind, askedBy: [...new Set(wishes.map(({ by }) => by))] });
  return { what: 'picture', kind };
}

async function readLogs({ context, shell, limit }: Look, wishes: readonly Wish[]): Promise<Answer> {
  const lines = Math.max(...wishes.map((wish) => wish.lines));
  return { what: 'logs', ...(await shell.exec(vmLogs(runDir(context.record), lines), limit)) };
}

async function take(
  { deps, context, shell, limit }: Look,
  wanted: { kind: PictureKind; askedBy: string[]; unlessBlank?: boolean },
): Promise<void> {
  const { record } = context;
  const pixels = await lookAtScreen(shell, runDir(record), limit);
  if (wanted.unlessBlank && isBlank(pixels)) return;
  const png = await asPicture(pixels);
  limit.throwIfAborted();
  const about = { kind: wanted.kind, at: context.now(), step: context.entry.step, askedBy: wanted.askedBy };
  if (await deps.pictures.put(record.id, about, png)) await deps.notices.send({ installId: record.id, rev: 0 });
}

function tooSlow(): XepaError {
  return new XepaError('timeout', {
    message: 'the look at the VM took too long',
    userMessage: 'The server took too long to show its screen.',
  });
}
