import { eitherOf, flag, list, shape, string, typed } from './checks.ts';
import { anyText, onePicture, picture, plainText, textKinds, words } from './composition.ts';
import { accessories, actionElements, imageElement, inputElements } from './elements.ts';
import { limits } from './limits.ts';
import { richText } from './rich-text.ts';

const common = { block_id: string(limits['Block.block_id']) };
const contextParts = typed({ ...textKinds(limits['MrkdwnElement.text']), image: imageElement });

/** Every block that XEPA may send. Slack knows more; one that is not here is an error that names it. */
export const block = typed({
  header: shape({ text: plainText(limits['HeaderBlock.text']) }, common),
  section: shape(
    {},
    {
      ...common,
      text: anyText(limits['SectionBlock.text']),
      fields: list(anyText(limits['SectionBlock.fields[]']), limits['SectionBlock.fields']),
      accessory: typed(accessories),
      expand: flag,
    },
    eitherOf('text', 'fields', 'at least one'),
  ),
  context: shape({ elements: list(contextParts, limits['ContextBlock.elements']) }, common),
  actions: shape({ elements: list(typed(actionElements), limits['ActionsBlock.elements']) }, common),
  divider: shape({}, common),
  image: shape(
    { alt_text: words('plain', limits['ImageBlock.alt_text']) },
    { ...common, ...picture, title: plainText(limits['ImageBlock.title']) },
    onePicture,
  ),
  input: shape(
    { label: plainText(limits['InputBlock.label']), element: typed(inputElements) },
    { ...common, hint: plainText(limits['InputBlock.hint']), optional: flag, dispatch_action: flag },
  ),
  rich_text: shape(richText, common),
});
