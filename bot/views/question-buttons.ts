import type { types } from '@slack/bolt';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { AnswerKind, Question } from '../../core/contracts/question.ts';
import { openQuestion } from '../../core/questions.ts';
import { plain } from '../text.ts';
import { button, type Confirmation, ROUND_MARK } from './button.ts';

/** What the buttons are called on the wire. */
export const answerIds: Readonly<Record<AnswerKind, string>> = {
  boot: 'xepa.answer-boot',
  'look-again': 'xepa.answer-look',
  'to-rescue': 'xepa.answer-rescue',
  'console-again': 'xepa.answer-console',
  'leave-in-rescue': 'xepa.answer-leave',
  'is-up': 'xepa.answer-up',
};

/** What people may press while a question is open; nothing otherwise. A button is for this question alone. */
export function questionButtons(record: InstallRecord): types.Button[] {
  const question = openQuestion(record);
  if (!question) return [];
  return question.answers.map((kind) =>
    button(record, {
      id: answerIds[kind],
      text: answerText(question.kind, kind),
      value: `${record.id}${ROUND_MARK}${question.n}`,
      ...(kind === 'look-again' || kind === 'console-again' ? { style: 'primary' } : {}),
      ...confirmOf(record, kind),
    }),
  );
}

/** "Boot it all the same". */
export function answerText(question: Question['kind'], kind: AnswerKind): string {
  switch (kind) {
    case 'boot':
      return question === 'nothing-bootable' ? 'Boot it all the same' : 'Boot again';
    case 'look-again':
      return 'Look again';
    case 'to-rescue':
      return 'Back to rescue and show me';
    case 'console-again':
      return 'Console again';
    case 'leave-in-rescue':
      return 'Leave in rescue';
    case 'is-up':
      return 'It is up, I see it';
  }
}

function confirmOf(record: InstallRecord, kind: AnswerKind): { confirm?: Confirmation } {
  const device = plain(record.device.name, 80);
  if (kind === 'to-rescue') {
    return {
      confirm: {
        title: 'Restart into rescue?',
        text: `${device} is reset. If a system runs there after all, it is stopped hard. Nothing is written to its disk.`,
        yes: 'Restart it',
      },
    };
  }
  if (kind === 'console-again') {
    return {
      confirm: {
        title: 'Open the console again?',
        text: `${device} stays in rescue, and a VM starts what is on its disk: people at its screen can mend it. Then the metal is started and looked at again.`,
        yes: 'Open the console',
      },
    };
  }
  if (kind !== 'leave-in-rescue') return {};
  return {
    confirm: {
      title: 'Leave it in rescue?',
      text: `The install ends and ${device} stays in its rescue system. XEPA's key is removed from it: log in as your provider's panel says, or restart rescue there with a key of yours.`,
      yes: 'Leave it there',
    },
  };
}
