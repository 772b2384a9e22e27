import { flag, list, oneOf, shape, string, typed, whole } from './checks.ts';
import { address, words } from './composition.ts';
import { limits } from './limits.ts';

const style = shape({}, { bold: flag, italic: flag, strike: flag, code: flag, underline: flag });
const shown = words('plain', limits['PlainTextElement.text']);

/** Pings of a channel or a group (`broadcast`, `usergroup`) are left out on purpose: XEPA makes none. */
const leaf = typed({
  text: shape({ text: shown }, { style }),
  link: shape({ url: address(limits['Button.url']) }, { text: shown, style }),
  emoji: shape({ name: string({ min: 1 }) }, { unicode: string(), style }),
  user: shape({ user_id: string({ min: 1 }) }, { style }),
  date: shape({ timestamp: whole({ min: 0 }), format: string({ min: 1 }) }, { fallback: shown, style }),
});

const section = shape({ elements: list(leaf) });
const border = whole({ min: 0, max: 1 });

/** A rich text block without its `type`: paragraphs, lists, quotes and code. */
export const richText = {
  elements: list(
    typed({
      rich_text_section: section,
      rich_text_list: shape(
        { elements: list(typed({ rich_text_section: section })), style: oneOf('bullet', 'ordered') },
        { indent: whole(limits['RichTextList.indent']), border },
      ),
      rich_text_quote: shape({ elements: list(leaf) }, { border }),
      rich_text_preformatted: shape({ elements: list(leaf) }, { border }),
    }),
  ),
};
