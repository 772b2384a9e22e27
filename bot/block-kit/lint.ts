import type { types } from '@slack/bolt';
import type { Message } from '../views/message.ts';
import { block } from './blocks.ts';
import { flag, list, oneOf, shape, string } from './checks.ts';
import { plainText, words } from './composition.ts';
import { limits } from './limits.ts';
import { itemsOf, type Placed, partOf, repeated } from './placed.ts';
import { failed, type Problem, type Verdict, verdictOf } from './verdict.ts';

/**
 * Everything that Slack would refuse in a message, and what XEPA must not say: a ping of a channel, text that was
 * not escaped. Slack drops a whole message for one mistake, so this finds it before Slack does.
 */
export function lintMessage({ text, blocks }: Message): Verdict {
  return verdictOf([
    ...words('mrkdwn', limits['Message.text'])(text, '/text'),
    ...list(block, limits['Message.blocks'])(blocks, '/blocks'),
    ...together(blocks),
  ]);
}

/** The same for a modal or a home page. Pointers begin inside of the view. */
export function lintView(view: types.View): Verdict {
  const check = view.type === 'modal' ? modal : home;
  return verdictOf([...check(view, ''), ...together(view.blocks), ...(view.type === 'modal' ? submitted(view) : [])]);
}

const common = {
  callback_id: string(limits['BaseView.callback_id']),
  external_id: string(limits['BaseView.external_id']),
  private_metadata: string(limits['BaseView.private_metadata']),
};
const blocks = list(block, limits['BaseView.blocks']);

const modal = shape(
  { type: oneOf('modal'), title: plainText(limits['ModalView.title']), blocks },
  {
    ...common,
    submit: plainText(limits['ModalView.submit']),
    close: plainText(limits['ModalView.close']),
    clear_on_close: flag,
    notify_on_close: flag,
  },
);
const home = shape({ type: oneOf('home'), blocks }, common);

/** What can only be seen of all blocks at once. */
function together(all: unknown): Problem[] {
  const placed = itemsOf(['/blocks', all]);
  const elements = placed.map(elementsOf);
  const focused = elements.flat().map((one) => partOf(one, 'focus_on_load'));
  return [
    ...repeated(placed.map((one) => partOf(one, 'block_id'))),
    ...elements.flatMap((ones) => repeated(ones.map((one) => partOf(one, 'action_id')))),
    ...repeated(focused.filter(([, value]) => value === true)),
  ];
}

/** The interactive parts of a block, wherever that kind of block has them. */
function elementsOf(one: Placed): Placed[] {
  return [...itemsOf(partOf(one, 'elements')), partOf(one, 'accessory'), partOf(one, 'element')];
}

function submitted(view: types.ModalView): Problem[] {
  const asks = itemsOf(['/blocks', view.blocks]).some((one) => partOf(one, 'type')[1] === 'input');
  if (!asks || view.submit) return [];
  const message = 'lacks the field submit, which a modal with inputs needs';
  return [failed('', message, { type: 'required', expected: 'submit' })];
}
