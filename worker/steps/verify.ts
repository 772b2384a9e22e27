import type { Answer, Question } from '../../core/contracts/question.ts';
import { answerNow, openQuestion } from '../../core/questions.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { ask } from './ask.ts';
import { beginReturn, comeBack } from './come-back.ts';
import { afterRound, consoleAgain, isRoundOver } from './console-again.ts';
import { need, type StepDeps } from './deps.ts';
import { leaveRescue } from './leave-rescue.ts';
import { lookAtMetal, type Signs, withPing } from './metal-signs.ts';
import { nextLookMs } from './next-look.ts';
import { silentQuestion } from './silent-question.ts';

/** The most between two looks at the metal. */
const POLL_MS = 3_000;
/** While people are asked it may still come up; whoever answers wakes the install. */
const ASKED_MS = 20_000;
/** Its own limits end it: each answer gives it new time. */
const LONGEST_MS = 14 * 24 * 3_600_000;

/**
 * Watches the metal come up: an SSH host key other than the rescue's, or an open port of the list. When nothing shows in time, people
 * are asked what to do, up to a way back into rescue. A system that opens no port is no failure: without an answer the
 * install ends, and its last message says that nothing answered.
 */
export function verifyStep(deps: StepDeps): Step {
  return {
    name: 'verify',
    timeoutMs: LONGEST_MS,
    attempts: 20,
    outageMs: 2 * 3_600_000,
    async run(context) {
      const { stays, comeBack: state } = context.record.facts;
      if (stays) return leftInRescue(stays.by);
      const answer = answerNow(context.record);
      if (answer && answer.n !== state?.handled) return follow(deps, context, answer);
      if (state?.state === 'returning') return comeBack(deps, context);
      if (isRoundOver(context.record)) return afterRound(deps, context);
      const question = openQuestion(context.record);
      return question ? whileAsked(deps, context, question) : watch(deps, context);
    },
  };
}

async function watch(deps: StepDeps, context: StepContext): Promise<Outcome> {
  const seen = await lookAtMetal(deps, context);
  if (seen.up) return done({ verify: await withPing(deps, context, seen) });
  const { boot, comeBack: state } = context.record.facts;
  const limitMs = patience(deps, context);
  // After another time at the console it is the restart that counts, not what was looked at before.
  const waited = context.now() - Math.max(state?.since ?? 0, need(boot, 'boot').requestedAt);
  if (waited < limitMs) return waiting(nextLookMs(waited, POLL_MS), 'the installed system to answer');
  const silent = { up: false, evidence: `${seen.evidence} within ${Math.round(limitMs / 60_000)} min` };
  const { evidence } = await withPing(deps, context, silent);
  if (deps.settings.askMs === 0) return done({ verify: { up: false, evidence } });
  await ask(deps, context, await silentQuestion(deps, context, evidence));
  return waiting(ASKED_MS, askedFor);
}

const askedFor = 'somebody to say how to go on; see the thread';

/** Servers take longer to come to the boot loader where their firmware is UEFI. */
function patience({ settings }: StepDeps, { record }: StepContext): number {
  return record.facts.plan?.firmware === 'uefi' ? settings.verifyUefiMs : settings.verifyMs;
}

/** A metal that comes up while people are asked needs no answer. Without one, it ends as if nobody had been asked. */
async function whileAsked(deps: StepDeps, context: StepContext, question: Question): Promise<Outcome> {
  const silent = question.kind === 'silent';
  const seen = silent ? await lookAtMetal(deps, context) : null;
  if (seen?.up) return done({ verify: await withPing(deps, context, seen) });
  if (context.now() < question.until) return waiting(ASKED_MS, askedFor);
  if (!silent) await leaveRescue(deps, context);
  const [evidence = question.why] = question.findings;
  return done({
    verify: {
      up: false,
      evidence: silent ? evidence : 'nobody said how to go on, so it was started from its disk again',
    },
  });
}

/** Everything is repeatable: what is noted as handled is noted last. */
async function follow(deps: StepDeps, context: StepContext, answer: Answer): Promise<Outcome> {
  const watching = { state: 'watching', since: context.now(), handled: answer.n, entriesBefore: 0 } as const;
  switch (answer.kind) {
    case 'is-up':
      return done({ verify: { ...saidUp, saidBy: answer.by.id } });
    case 'leave-in-rescue':
      await context.save({ stays: { by: answer.by.id } });
      return leftInRescue(answer.by.id);
    case 'to-rescue':
      return beginReturn(deps, context, answer);
    case 'console-again':
      return consoleAgain(context.record, answer);
    case 'boot':
      await leaveRescue(deps, context);
      await context.save({ comeBack: watching });
      return waiting(POLL_MS, 'the installed system to answer');
    case 'look-again':
      await context.save({ comeBack: watching });
      return waiting(0, 'the installed system to answer');
  }
}

const saidUp: Signs = { up: true, evidence: 'somebody saw it running' };

function leftInRescue(by: string): Outcome {
  return done({
    verify: { up: false, evidence: 'the server was left in its rescue system', saidBy: by, inRescue: true },
  });
}
