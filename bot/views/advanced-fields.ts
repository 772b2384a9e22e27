import type { types } from '@slack/bolt';
import { FixKind } from '../../core/contracts/fix.ts';
import { field, option, textInput } from './form.ts';
import { section } from './message.ts';

/** Shows or hides the advanced options of the form; its value is nothing, the view says which form it is. */
export const ADVANCED_ID = 'xepa.form-advanced';
/** A menu cannot be emptied in Slack, so leaving it to XEPA is a choice of its own. */
export const LEFT_TO_XEPA = 'auto';

/** The fields of the advanced options by name: the option of the command that each stands for, and what the form calls it. */
export const advancedOptions = {
  firmware: { option: '--firmware', label: 'Firmware of the VM' },
  guest: { option: '--guest', label: 'What is installed' },
  tpm: { option: '--tpm', label: 'Virtual TPM 2.0' },
  rom: { option: '--rom', label: 'Option ROMs of real devices' },
  onReboot: { option: '--on-reboot', label: 'When the installer reboots' },
  rung: { option: '--rung', label: 'How the disk gets into the VM' },
  nic: { option: '--nic', label: 'How the network port gets into the VM' },
  lifeline: { option: '--lifeline', label: "XEPA's own connection to the server" },
  media: { option: '--media', label: 'How the ISO gets to the server' },
  fix: { option: '--fix', label: 'May be changed on the installed system' },
  also: { option: '--also', label: 'Further discs' },
  kernelArgs: { option: '--kernel-args', label: "Added to the installer's kernel command line" },
} as const;
export type AdvancedName = keyof typeof advancedOptions;
/** What is in these fields, as it would be typed; what is left to XEPA is absent. */
export type Advanced = Readonly<Partial<Record<AdvancedName, string | undefined>>>;

type Choice = readonly [value: string, text: string];
interface Menu {
  name: AdvancedName;
  hint: string;
  /** What it is called to choose none of them. */
  left?: string;
  choices: readonly Choice[];
}

const onOff: readonly Choice[] = [
  ['on', 'On'],
  ['off', 'Off'],
];

const menus: readonly Menu[] = [
  {
    name: 'firmware',
    hint: 'Else as the rescue system was started. The server must be set to the same.',
    choices: [
      ['bios', 'BIOS'],
      ['uefi', 'UEFI'],
    ],
  },
  {
    name: 'guest',
    hint: 'Where the ISO does not tell.',
    choices: [
      ['linux', 'Linux, or anything else'],
      ['windows', 'Windows'],
    ],
  },
  { name: 'tpm', hint: 'It ends with the VM, and what is sealed in it too.', choices: onOff },
  { name: 'rom', hint: 'They run in the VM; off unless you say so.', choices: onOff },
  {
    name: 'onReboot',
    hint: 'For installers that nobody attends.',
    choices: [
      ['stay', 'It stays in the VM'],
      ['finish', 'The VM ends, and the metal boots'],
    ],
  },
  {
    name: 'rung',
    hint: 'No other way is taken then. Passing the controller through takes its other disks along.',
    choices: [
      ['passthrough', 'Its controller is passed through'],
      ['raw-block', 'Raw block'],
    ],
  },
  {
    name: 'nic',
    hint: 'No other way is taken then.',
    choices: [
      ['passthrough', 'A spare port is passed through'],
      ['emulated', 'Emulated, behind NAT'],
    ],
  },
  {
    name: 'lifeline',
    hint: 'Another port of the bond carries it then, and the installer gets this one. The provider may bill what that takes.',
    left: 'Stays where it is',
    choices: [['move', 'Moves to another port']],
  },
  {
    name: 'media',
    hint: 'Streaming starts the installer while the ISO is still arriving.',
    choices: [
      ['download', 'All of it first'],
      ['stream', 'Streamed'],
    ],
  },
];

const fixTexts: Readonly<Record<FixKind, string>> = {
  network: 'Names of network ports, tied to their MAC',
  fstab: 'Disks in fstab and crypttab, by UUID',
  serial: "The server's serial console",
};

/** The line that shows or hides them, which says how many are set. */
export function advancedToggle(shown: boolean, set: Advanced): types.SectionBlock {
  const count = Object.values(set).filter((value) => value !== undefined).length;
  const none = 'firmware, TPM, how disk and network get into the VM, drivers, kernel arguments …';
  const text = shown ? 'Hide' : 'Show';
  return {
    ...section(`*Advanced*  ${count === 0 ? none : `${count} set`}`),
    accessory: {
      type: 'button',
      action_id: ADVANCED_ID,
      text: { type: 'plain_text', text },
      accessibility_label: `${text} the advanced options`,
    },
  };
}

/** A field for each of them; that for XEPA's own connection only where it can be moved, or was asked to be. */
export function advancedFields(set: Advanced, canMove: boolean): types.InputBlock[] {
  const shown = menus.filter(({ name }) => name !== 'lifeline' || canMove || set.lifeline !== undefined);
  return [
    ...shown.map((menu) => menuField(menu, set[menu.name])),
    fixField(set.fix),
    advancedField(
      'also',
      'Up to three, such as drivers: name=URL or name=ISO, with commas between them. #sha256=… behind a URL is compared.',
      textInput({ initial: set.also, max: 3_000 }),
    ),
    advancedField('kernelArgs', 'For Linux installers.', textInput({ initial: set.kernelArgs, max: 500 })),
  ];
}

function advancedField(name: AdvancedName, hint: string, element: types.InputBlock['element']): types.InputBlock {
  return field({ name, label: advancedOptions[name].label, hint, optional: true }, element);
}

function menuField(menu: Menu, chosen: string | undefined): types.InputBlock {
  const { name, hint, left = 'Left to XEPA', choices } = menu;
  const options = [...option(left, LEFT_TO_XEPA), ...choices.flatMap(([value, text]) => option(text, value))];
  const initial = options.find(({ value }) => value === chosen?.toLowerCase()) ?? options[0];
  const first = initial ? { initial_option: initial } : {};
  return advancedField(name, hint, { type: 'static_select', action_id: 'value', options, ...first });
}

function fixField(chosen = ''): types.InputBlock {
  const options = FixKind.options.flatMap((kind) => option(fixTexts[kind], kind));
  const words = chosen.split(',').map((word) => word.trim().toLowerCase());
  const initial = options.filter(({ value }) => words.includes(value ?? ''));
  const first = initial.length > 0 ? { initial_options: initial } : {};
  const hint = 'Nothing else is changed there, and only where it is needed.';
  return advancedField('fix', hint, { type: 'checkboxes', action_id: 'value', options, ...first });
}
