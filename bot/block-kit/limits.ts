/** How many characters, items or how large a number; both ends belong to it. */
export interface Limit {
  min?: number;
  max?: number;
  /**
   * Where a figure comes from that `@slack/types` does not state: Slack's reference (docs.slack.dev), or a rule of
   * ours. All other rows are compared with the documentation comments of that package by a test.
   */
  from?: 'reference' | 'ours';
}

/**
 * Slack's limits for everything that we may send, as data. A row is named as in `@slack/types`, by interface and
 * property; `[]` stands for each item of a list. Slack counts UTF-16 units.
 */
export const limits = {
  'Message.text': { min: 1, max: 4000, from: 'ours' },
  'Message.blocks': { min: 0, max: 50, from: 'reference' },

  'BaseView.blocks': { min: 0, max: 100 },
  'BaseView.callback_id': { max: 255 },
  'BaseView.external_id': { max: 255, from: 'reference' },
  'BaseView.private_metadata': { max: 3000 },
  'ModalView.title': { max: 24 },
  'ModalView.submit': { max: 24 },
  'ModalView.close': { max: 24 },

  'Block.block_id': { max: 255 },
  'ActionsBlock.elements': { max: 25 },
  'ContextBlock.elements': { max: 10 },
  'HeaderBlock.text': { max: 150 },
  'ImageBlock.alt_text': { max: 2000 },
  'ImageBlock.title': { max: 2000 },
  'InputBlock.label': { max: 2000 },
  'InputBlock.hint': { max: 2000 },
  'SectionBlock.text': { min: 1, max: 3000 },
  'SectionBlock.fields': { max: 10 },
  'SectionBlock.fields[]': { max: 2000 },

  'Action.action_id': { max: 255 },
  'Placeholdable.placeholder': { max: 150 },
  'MaxItemsSelectable.max_selected_items': { min: 1 },
  'Button.text': { max: 75 },
  'Button.value': { max: 2000 },
  'Button.url': { max: 3000 },
  'Button.accessibility_label': { max: 75 },
  'Checkboxes.options': { max: 10 },
  'RadioButtons.options': { max: 10 },
  'Overflow.options': { max: 5 },
  'StaticSelect.options': { max: 100 },
  'StaticSelect.option_groups': { max: 100 },
  'MultiStaticSelect.options': { max: 100 },
  'MultiStaticSelect.option_groups': { max: 100 },
  'DateTimepicker.initial_date_time': { min: 1_000_000_000, max: 9_999_999_999, from: 'reference' },
  'ExternalSelect.min_query_length': { min: 0, from: 'ours' },
  'PlainTextInput.min_length': { min: 0, max: 3000 },
  'PlainTextInput.max_length': { min: 1, max: 3000, from: 'reference' },
  'ImageElement.alt_text': { max: 2000, from: 'reference' },
  'UrlImageObject.image_url': { max: 3000, from: 'reference' },

  'RichTextList.indent': { min: 0, max: 8 },
  'PlainTextElement.text': { min: 1, max: 3000 },
  'MrkdwnElement.text': { min: 1, max: 3000 },
  'Confirm.title': { max: 100 },
  'Confirm.text': { max: 300 },
  'Confirm.confirm': { max: 30 },
  'Confirm.deny': { max: 30 },
  'OptionDescriptor.value': { max: 75 },
  'OptionDescriptor.url': { max: 3000 },
  'OptionDescriptor.description': { max: 75 },
  'MrkdwnOption.text': { max: 75 },
  'PlainTextOption.text': { max: 75 },
  'OptionGroup.label': { max: 75 },
  'OptionGroup.options': { max: 100 },
} as const satisfies Record<string, Limit>;
