import type { InstallDraft } from '../install-request.ts';
import { context, type Message, section, sections } from './message.ts';
import { planLines } from './plan-lines.ts';
import { subjectText } from './subject.ts';

/** The answer to "what if?". */
export function dryRun(draft: InstallDraft): Message {
  const what = subjectText(draft);
  return {
    text: `This is what installing ${what} would do. Nothing was touched.`,
    blocks: [
      section(`🧭 *What installing ${what} would do*`),
      ...sections(planLines(draft)),
      context('Nothing was touched. The hardware is looked at again before anything is written.'),
    ],
  };
}
