import { type Check, eitherOf, flag, list, matching, oneOf, type Rule, shape, string, whole } from './checks.ts';
import { address, confirmDialog, onePicture, picture, plainText, words } from './composition.ts';
import { limits } from './limits.ts';
import { boxOption, menuOption, optionGroup, overflowOption, soundOptions } from './options.ts';

/** What several kinds of element have in common, as `@slack/types` groups it. */
const actionable = { action_id: string(limits['Action.action_id']) };
const confirmable = { ...actionable, confirm: confirmDialog };
const focusable = { ...confirmable, focus_on_load: flag };
const placeholder = { placeholder: plainText(limits['Placeholdable.placeholder']) };
const menu = { ...focusable, ...placeholder };
const severally = { max_selected_items: whole(limits['MaxItemsSelectable.max_selected_items']) };
const searching = { min_query_length: whole(limits['ExternalSelect.min_query_length']) };
const eitherOptions: Rule = eitherOf('options', 'option_groups');

const button = shape(
  { text: plainText(limits['Button.text']) },
  {
    ...confirmable,
    value: string(limits['Button.value']),
    url: address(limits['Button.url']),
    style: oneOf('primary', 'danger'),
    accessibility_label: words('plain', limits['Button.accessibility_label']),
  },
);

const overflow = shape({ options: list(overflowOption, limits['Overflow.options']) }, confirmable, soundOptions);

const checkboxes = shape(
  { options: list(boxOption, limits['Checkboxes.options']) },
  { ...focusable, initial_options: list(boxOption) },
  soundOptions,
);

const radioButtons = shape(
  { options: list(boxOption, limits['RadioButtons.options']) },
  { ...focusable, initial_option: boxOption },
  soundOptions,
);

const staticSelect = shape(
  {},
  {
    ...menu,
    options: list(menuOption, limits['StaticSelect.options']),
    option_groups: list(optionGroup, limits['StaticSelect.option_groups']),
    initial_option: menuOption,
  },
  eitherOptions,
  soundOptions,
);

const multiStaticSelect = shape(
  {},
  {
    ...menu,
    ...severally,
    options: list(menuOption, limits['MultiStaticSelect.options']),
    option_groups: list(optionGroup, limits['MultiStaticSelect.option_groups']),
    initial_options: list(menuOption),
  },
  eitherOptions,
  soundOptions,
);

const day = matching(/^\d{4}-\d\d-\d\d$/, 'a day as YYYY-MM-DD');
const timeOfDay = matching(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time as HH:mm');
const unixSeconds = whole(limits['DateTimepicker.initial_date_time']);

const plainTextInput = shape(
  {},
  {
    ...actionable,
    ...placeholder,
    focus_on_load: flag,
    initial_value: string(),
    multiline: flag,
    min_length: whole(limits['PlainTextInput.min_length']),
    max_length: whole(limits['PlainTextInput.max_length']),
    dispatch_action_config: shape({}, { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered')) }),
  },
);

/** A small picture in a context or beside a section. */
export const imageElement = shape({ alt_text: words('plain', limits['ImageElement.alt_text']) }, picture, onePicture);

const menus = {
  static_select: staticSelect,
  external_select: shape({}, { ...menu, ...searching, initial_option: menuOption }),
  users_select: shape({}, { ...menu, initial_user: string() }),
  conversations_select: shape(
    {},
    {
      ...menu,
      initial_conversation: string(),
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: shape(
        {},
        {
          include: list(oneOf('im', 'mpim', 'private', 'public')),
          exclude_bot_users: flag,
          exclude_external_shared_channels: flag,
        },
      ),
    },
  ),
  multi_static_select: multiStaticSelect,
  multi_external_select: shape({}, { ...menu, ...searching, ...severally, initial_options: list(menuOption) }),
  multi_users_select: shape({}, { ...menu, ...severally, initial_users: list(string()) }),
};
const choices = {
  ...menus,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: shape({}, { ...menu, initial_date: day }),
  timepicker: shape({}, { ...menu, initial_time: timeOfDay, timezone: string() }),
};
const datetimepicker = shape({}, { ...focusable, initial_date_time: unixSeconds });

type Kinds = Readonly<Record<string, Check>>;

/** What may stand in a row of actions. */
export const actionElements: Kinds = { ...choices, datetimepicker, button, overflow };
/** What may stand beside a section. */
export const accessories: Kinds = { ...choices, button, overflow, image: imageElement };
/** What may be filled in, in an input block. */
export const inputElements: Kinds = { ...choices, datetimepicker, plain_text_input: plainTextInput };
