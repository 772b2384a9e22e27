import type { types } from '@slack/bolt';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { mention, quoteText } from '../text.ts';
import { context, type Message, section, sections } from './message.ts';
import { who } from './names.ts';
import { outcomeText, totalTime } from './outcome.ts';
import { stepTimes } from './steps.ts';
import { rebootsText } from './vm-lines.ts';

/** The report at the end of an install that was not undone. */
export function finishedReply(record: InstallRecord): Message {
  const { verify, handback } = record.facts;
  const text = `${signOf(verify)} ${who(record.request.requestedBy)}, ${outcomeText(record)}. It took ${totalTime(record)}.`;
  const reboots = rebootsText(record.facts);
  return {
    text,
    blocks: [
      section(text),
      ...evidence(verify),
      ...listed('Boot files', handback?.loaders),
      ...listed('Written on its disk', handback?.written),
      ...listed('Good to know', handback?.notes),
      ...(reboots === null ? [] : [context(reboots)]),
      context(stepTimes(record) || 'No step was timed.'),
    ],
  };
}

type Verified = InstallRecord['facts']['verify'];

function signOf(verify: Verified): string {
  if (verify?.inRescue) return '🛟';
  return verify?.up === false ? '⚠️' : '✅';
}

function evidence(verify: Verified): types.SectionBlock[] {
  if (!verify) return [];
  const by = verify.saidBy === undefined ? '' : ` (${mention(verify.saidBy)})`;
  return [section(`*${verify.up ? 'How we know' : 'What was seen'}*  ${quoteText(verify.evidence, 1000)}${by}`)];
}

function listed(title: string, lines: readonly string[] = []): types.SectionBlock[] {
  if (lines.length === 0) return [];
  return sections([`*${title}*`, ...lines.slice(0, 8).map((line) => `• ${quoteText(line, 300)}`)]);
}
