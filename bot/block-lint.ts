import type { Message } from './views/message.ts';

/**
 * Slack's limits that our views could run into (docs.slack.dev, Block Kit reference). Slack refuses the whole
 * message when one is broken, so this finds it before Slack does.
 */
const limits = { blocks: 50, header: 150, section: 3000, fields: 10, field: 2000, context: 10, actions: 25 } as const;
const buttonLimits = { text: 75, value: 2000, url: 3000, label: 75 } as const;
const confirmLimits = { title: 100, text: 300, button: 30 } as const;
const MAX_TEXT = 4000;

type Block = Message['blocks'][number];
type Problem = string;

/** Everything that Slack would refuse, each as "where: what". Empty for a good message. */
export function lintMessage(message: Message): Problem[] {
  const whole = [
    ...length('text', message.text, { min: 1, max: MAX_TEXT }),
    ...count('blocks', message.blocks.length, limits.blocks),
  ];
  return [...whole, ...message.blocks.flatMap((block, index) => lintBlock(block, `/${index}`))];
}

function lintBlock(block: Block, at: string): Problem[] {
  switch (block.type) {
    case 'header':
      return length(at, block.text.text, { min: 1, max: limits.header });
    case 'section':
      return [
        ...(block.text ? length(`${at}/text`, block.text.text, { min: 1, max: limits.section }) : []),
        ...count(`${at}/fields`, block.fields?.length ?? 0, limits.fields),
        ...(block.fields ?? []).flatMap((field) => length(`${at}/fields`, field.text, { min: 1, max: limits.field })),
        ...(block.text || block.fields ? [] : [`${at}: a section needs text or fields`]),
      ];
    case 'context':
      return [
        ...count(`${at}/elements`, block.elements.length, limits.context),
        ...block.elements.flatMap((part) =>
          'text' in part ? length(`${at}/elements`, part.text, { min: 1, max: limits.section }) : [],
        ),
      ];
    case 'actions':
      return [
        ...count(`${at}/elements`, block.elements.length, limits.actions),
        ...block.elements.flatMap((part) => (part.type === 'button' ? lintButton(part, at) : [`${at}: ${part.type}`])),
      ];
    default:
      return [`${at}: no view of ours makes a ${block.type} block`];
  }
}

function lintButton(button: Extract<Block, { type: 'actions' }>['elements'][number], at: string): Problem[] {
  if (button.type !== 'button') return [];
  const { confirm } = button;
  return [
    ...length(`${at}/text`, button.text.text, { min: 1, max: buttonLimits.text }),
    ...length(`${at}/value`, button.value ?? '', { min: 0, max: buttonLimits.value }),
    ...length(`${at}/url`, button.url ?? '', { min: 0, max: buttonLimits.url }),
    ...length(`${at}/accessibility_label`, button.accessibility_label ?? '', { min: 0, max: buttonLimits.label }),
    ...length(`${at}/confirm/title`, confirm?.title?.text ?? '', { min: 0, max: confirmLimits.title }),
    ...length(`${at}/confirm/text`, confirm?.text.text ?? '', { min: 0, max: confirmLimits.text }),
    ...length(`${at}/confirm/confirm`, confirm?.confirm?.text ?? '', { min: 0, max: confirmLimits.button }),
  ];
}

function length(at: string, text: string, range: { min: number; max: number }): Problem[] {
  if (text.length >= range.min && text.length <= range.max) return [];
  return [`${at}: ${text.length} characters, must be ${range.min} to ${range.max}`];
}

function count(at: string, items: number, max: number): Problem[] {
  return items <= max ? [] : [`${at}: ${items} items, at most ${max}`];
}
