import type { types } from '@slack/bolt';
import type { About } from '../modals/modal.ts';
import { type Advanced, advancedFields, advancedToggle } from './advanced-fields.ts';
import { field, form, option, textInput } from './form.ts';
import { section } from './message.ts';

export const installFormId = 'xepa.install';
/** The menu of devices asks for its options while somebody types, and says what was picked. */
export const deviceMenuId = 'xepa.devices';

/** What the form begins with; filled in again when somebody comes back to it. */
export interface InstallFormState {
  about: About;
  /** Names of ISOs that people may choose. */
  isos: readonly string[];
  /** Names of answer files of the library. */
  answers: readonly string[];
  device?: string | undefined;
  answer?: string | undefined;
  iso?: string | undefined;
  disk?: string | undefined;
  reason?: string | undefined;
  sha256?: string | undefined;
  /** In milliseconds since 1970. */
  beginAt?: number | undefined;
  /** Which advanced options are set, and whether they are shown. */
  advanced: Advanced;
  showsAdvanced: boolean;
  /** XEPA's own connection can be moved to another port. */
  canMove: boolean;
  /** What was picked before where the form asks for a channel. */
  pickedChannel?: string | undefined;
  /** Where the install will be shown; without it the form asks. */
  channel?: string | undefined;
}

/** "New install": everything that the command can say, what few need behind a button. */
export function installForm(state: InstallFormState): types.ModalView {
  const named = state.iso !== undefined && state.isos.includes(state.iso);
  const url = named ? undefined : state.iso;
  return form({
    id: installFormId,
    title: 'New install',
    submit: 'Review',
    about: state.about,
    blocks: [
      section('Nothing happens before the next page, which shows what will be erased and who has to agree.'),
      ...(state.channel ? [] : [channelField(state.pickedChannel)]),
      field({ name: 'device', label: 'Device', heard: true }, deviceMenu(state.device)),
      ...isoFields(state, named ? state.iso : undefined, url),
      field(
        { name: 'disk', label: 'Disk', hint: 'Serial of the disk, where the server has several.', optional: true },
        textInput({ initial: state.disk, max: 64 }),
      ),
      ...answerFields(state),
      field(
        {
          name: 'reason',
          label: 'Reason',
          hint: 'For those who approve, and for the audit trail. A ticket belongs here too.',
          optional: true,
        },
        textInput({ initial: state.reason, multiline: true, max: 2_000 }),
      ),
      field(
        { name: 'at', label: 'Begin at', hint: 'Left empty: as soon as it is approved.', optional: true },
        { type: 'datetimepicker', action_id: 'value', ...beginning(state.beginAt) },
      ),
      advancedToggle(state.showsAdvanced, state.advanced),
      ...(state.showsAdvanced ? advancedFields(state.advanced, state.canMove) : []),
    ],
  });
}

/** A file of the library, or one that is pasted in; Slack takes 3,000 characters in a field. */
function answerFields({ answers, answer }: InstallFormState): types.InputBlock[] {
  // A name that is typed and unknown is shown all the same: the next page says what is wrong with it.
  const { options, chosen } = menuOf(answers, answer);
  const menu = field(
    { name: 'answer', label: 'Answer file', hint: 'The installer asks nothing then.', optional: true },
    { type: 'static_select', action_id: 'value', options, ...(chosen ? { initial_option: chosen } : {}) },
  );
  const typed = field(
    {
      name: 'answerText',
      label: options.length > 0 ? 'or its text' : 'Answer file',
      hint: 'cloud-init, autoinstall, kickstart, preseed or autounattend.xml. It is kept sealed and shown masked; it still goes through Slack, so leave passwords to {{xepa.password_hash}}.',
      optional: true,
    },
    textInput({ multiline: true, max: 3_000 }),
  );
  return options.length > 0 ? [menu, typed] : [typed];
}

/** App Home is no channel: somebody else has to be able to see the install, and to agree. */
function channelField(picked: string | undefined): types.InputBlock {
  return field(
    { name: 'channel', label: 'Show it in', hint: 'A channel that XEPA is in: whoever has to agree looks there.' },
    {
      type: 'conversations_select',
      action_id: 'value',
      filter: { include: ['public', 'private'] },
      ...(picked === undefined ? {} : { initial_conversation: picked }),
    },
  );
}

function isoFields(state: InstallFormState, name: string | undefined, url: string | undefined): types.InputBlock[] {
  const { options, chosen } = menuOf(state.isos, name);
  const menu = field(
    { name: 'iso', label: 'ISO', optional: true },
    { type: 'static_select', action_id: 'value', options, ...(chosen ? { initial_option: chosen } : {}) },
  );
  const free = [
    field(
      {
        name: 'url',
        label: options.length > 0 ? 'or its address' : 'ISO',
        hint:
          state.isos.length > MOST ? 'A full https:// URL, or a name that is not in the menu.' : 'A full https:// URL.',
        optional: options.length > 0,
      },
      textInput({ initial: url, max: 2_000 }),
    ),
    field(
      { name: 'sha256', label: 'Its SHA-256', hint: 'What sha256sum prints.', optional: true },
      textInput({ initial: state.sha256, max: 100 }),
    ),
  ];
  return options.length > 0 ? [menu, ...free] : free;
}

/** Slack takes so many options in a menu. */
const MOST = 100;

/** What is chosen is among them, however many there are. */
function menuOf(names: readonly string[], name: string | undefined) {
  const options = names.flatMap((one) => option(one, one)).slice(0, MOST);
  const [chosen] = name === undefined ? [] : option(name, name);
  const isThere = options.some(({ value }) => value === name);
  return { options: chosen && !isThere ? [chosen, ...options.slice(0, MOST - 1)] : options, chosen };
}

function deviceMenu(device: string | undefined): types.ExternalSelect {
  const [chosen] = device === undefined ? [] : option(device, device);
  return {
    type: 'external_select',
    action_id: deviceMenuId,
    min_query_length: 0,
    placeholder: { type: 'plain_text', text: 'Type a part of its name, address or tag' },
    ...(chosen ? { initial_option: chosen } : {}),
  };
}

/** Slack counts seconds. */
function beginning(at: number | undefined): { initial_date_time?: number } {
  return at === undefined ? {} : { initial_date_time: Math.floor(at / 1_000) };
}
