import type { Clock } from '../core/clock.ts';
import { consoleIsOpen, type InstallRecord, journalOf } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { PageAnswer, PageAnswers } from '../core/page-answers.ts';
import { type Answer, isOverdue, WISH_MS, type Wish, type Wishes } from '../core/wishes.ts';
import { fileRefusal } from './file-sender.ts';
import { stateText } from './operations.ts';
import { pictureKey, refusalOf } from './pictures.ts';
import { type SendLogsDeps, sendLogs } from './send-logs.ts';
import { CLAIM_MS, type SentMessages } from './sent-messages.ts';
import { slackFailure } from './slack-errors.ts';
import type { SlackSender } from './slack-sender.ts';
import { spoken } from './spoken.ts';
import { quoteText } from './text.ts';
import { type Message, sentence } from './views/message.ts';

export interface AnswersDeps extends SendLogsDeps {
  wishes: Pick<Wishes, 'all' | 'remove'>;
  pageAnswers: Pick<PageAnswers, 'tell'>;
  sent: Pick<SentMessages, 'claim' | 'find' | 'forget'>;
  sender: Pick<SlackSender, 'whisper' | 'post'>;
  clock: Clock;
  log: Logger;
}

/**
 * Tells everybody who asked to see something of the VM what became of it: the answer, or that there is none.
 * @returns after how many milliseconds to look again; 0 when nobody else is at it
 */
export async function tellAnswers(deps: AnswersDeps, record: InstallRecord): Promise<number> {
  let wait = 0;
  for (const { wish, answer } of await deps.wishes.all(record.id)) {
    const due = answer !== null || isOverdue(wish, deps.clock.now());
    if (!due || (answer?.what === 'picture' && !(await isSettled(deps, record, answer.kind)))) continue;
    const claim = await deps.sent.claim(record.id, wishKey(wish));
    if (claim.kind === 'busy') wait = CLAIM_MS;
    if (claim.kind !== 'mine') continue;
    await tell(deps, record, { wish, answer }).catch((err: unknown) =>
      deps.log.warn({ installId: record.id, err }, 'somebody was not told what became of a wish'),
    );
    await deps.wishes.remove(record.id, wish.nonce);
    await deps.sent.forget(record.id, wishKey(wish));
  }
  return wait;
}

/** The picture is in the thread, or never will be. */
async function isSettled(deps: AnswersDeps, record: InstallRecord, kind: string): Promise<boolean> {
  return (await deps.sent.find(record.id, pictureKey(kind))) !== null;
}

async function tell(
  deps: AnswersDeps,
  record: InstallRecord,
  { wish, answer }: { wish: Wish; answer: Answer | null },
): Promise<void> {
  if (wish.onPage) return tellPage(deps, record, { wish, answer });
  const whisper = (message: Message) => whisperTo(deps, wish, message);
  if (answer?.what === 'picture') return tellRefusal(deps, record, { kind: answer.kind, whisper });
  const trouble = answer?.what === 'failed' ? quoteText(answer.message, 600) : noAnswer(record);
  if (wish.what === 'picture') return whisper(sentence(`⚠️ There is no picture of the screen. ${trouble}`));
  const found =
    answer?.what === 'logs'
      ? { device: answer }
      : { device: null, missing: `The server's own logs are missing. ${trouble}` };
  try {
    await sendLogs(deps, record, { ...wish, user: wish.by, tell: whisper }, found);
  } catch (err) {
    if (!(err instanceof XepaError)) throw err;
    await whisper(sentence(`⚠️ ${err.userMessage}`));
  }
}

/** The page shows plain text. */
async function tellPage(
  deps: AnswersDeps,
  record: InstallRecord,
  { wish, answer }: { wish: Wish; answer: Answer | null },
): Promise<void> {
  const failed = (message: string): PageAnswer => ({ state: 'failed', message });
  const tell = (told: PageAnswer) => deps.pageAnswers.tell(record.id, wish.nonce, told);
  if (answer?.what !== 'picture') {
    return tell(failed(answer?.what === 'failed' ? answer.message : spoken(noAnswer(record))));
  }
  const sent = await deps.sent.find(record.id, pictureKey(answer.kind));
  const refusal = sent ? refusalOf(sent) : null;
  return tell(refusal === null ? { state: 'posted' } : failed(spoken(fileRefusal(refusal))));
}

/** Where the picture is in the thread, nothing needs to be said. */
async function tellRefusal(
  deps: AnswersDeps,
  record: InstallRecord,
  at: { kind: string; whisper(message: Message): Promise<void> },
): Promise<void> {
  const sent = await deps.sent.find(record.id, pictureKey(at.kind));
  const refusal = sent ? refusalOf(sent) : null;
  if (refusal !== null) await at.whisper(sentence(`⚠️ ${fileRefusal(refusal)}`));
}

/** In the channel where the person asked; in direct messages where the bot may not speak there. */
async function whisperTo(deps: AnswersDeps, wish: Wish, message: Message): Promise<void> {
  try {
    await deps.sender.whisper({ channel: wish.channel, user: wish.by }, message);
  } catch (err) {
    if (slackFailure(err).kind !== 'refused') throw err;
    await deps.sender.post({ channel: wish.by }, message);
  }
}

function noAnswer(record: InstallRecord): string {
  if (!consoleIsOpen(record)) return `The installer does not run any more. ${stateText(record)}`;
  const error = journalOf(record, record.at)?.error?.message;
  const why = error ? ` The last try to reach it failed: ${quoteText(error, 400)}` : '';
  return `No answer came within ${WISH_MS / 1000} seconds.${why}`;
}

function wishKey(wish: Wish): string {
  return `wish:${wish.nonce}`;
}
