import { isDeepStrictEqual } from 'node:util';
import { list, type Rule, shape, string } from './checks.ts';
import { address, anyText, plainText } from './composition.ts';
import { limits } from './limits.ts';
import { itemsOf, type Placed, partOf, repeated } from './placed.ts';
import { failed } from './verdict.ts';

const described = { description: plainText(limits['OptionDescriptor.description']) };
const value = string({ min: 1, ...limits['OptionDescriptor.value'] });

/** An option of a menu. */
export const menuOption = shape({ text: plainText(limits['PlainTextOption.text']), value }, described);
/** An option of checkboxes or radio buttons, which may be formatted. */
export const boxOption = shape({ text: anyText(limits['MrkdwnOption.text']), value }, described);
/** An option of an overflow menu, which may lead to an address. */
export const overflowOption = shape(
  { text: plainText(limits['PlainTextOption.text']), value },
  { ...described, url: address(limits['OptionDescriptor.url']) },
);

export const optionGroup = shape({
  label: plainText(limits['OptionGroup.label']),
  options: list(menuOption, limits['OptionGroup.options']),
});

/** No two options share a value, and what is chosen at first is one of the options, exactly. */
export const soundOptions: Rule = (fields, at) => {
  const element: Placed = [at, fields];
  const groups = itemsOf(partOf(element, 'option_groups'));
  const lists = [element, ...groups].map((one) => partOf(one, 'options'));
  const options = lists.flatMap(itemsOf);
  const chosen = [partOf(element, 'initial_option'), ...itemsOf(partOf(element, 'initial_options'))];
  const strange = chosen.filter(
    ([, one]) => one !== undefined && !options.some(([, option]) => isDeepStrictEqual(option, one)),
  );
  return [
    ...repeated(options.map((option) => partOf(option, 'value'))),
    ...strange.map(([pointer]) => failed(pointer, 'is none of the options', { type: 'enum' })),
  ];
};
