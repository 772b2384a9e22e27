import { build, buildButton } from './build.ts';
import { functionKey, type Key, type Modifier, namedKeys } from './physical.ts';
import { type SysRq, sysRqs } from './sys-rq.ts';

export interface PanelActs {
  hold(modifier: Modifier): void;
  press(key: Key, withThese?: readonly Modifier[]): void;
  /** A character that was entered on its own, to go with what is held. */
  character(character: string): void;
  hammer(key: Key, name: string): void;
  sysRq(what: SysRq): void;
}

export interface KeysPanel {
  panel: HTMLElement;
  showHeld(held: ReadonlySet<Modifier>): void;
}

const modifierNames = { ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift', win: 'Win' } as const;
const twelve = Array.from({ length: 12 }, (_none, index) => index + 1);
const named = ['Esc', 'Tab', 'Enter', 'Backspace', 'Ins', 'Del', 'Home', 'End', 'PgUp', 'PgDn'] as const;
const further = ['←', '↑', '↓', '→', 'PrtSc', 'Pause', 'Menu', 'Win'] as const;
const arrows: Record<string, string> = { '←': 'Left', '↑': 'Up', '↓': 'Down', '→': 'Right' };

/** All keys that a browser, a touch screen or a hurried reset keep from a person. */
export function buildKeysPanel(acts: PanelActs): KeysPanel {
  const holds = new Map<Modifier, HTMLButtonElement>();
  for (const [modifier, name] of typed(modifierNames)) {
    holds.set(
      modifier,
      buildButton(name, () => acts.hold(modifier), { 'aria-pressed': 'false' }),
    );
  }
  const panel = build(
    'div',
    { id: 'keys-panel', popover: 'auto', role: 'dialog', 'aria-label': 'Keys' },
    group('Hold', 'for the next key', ...holds.values(), anyKey(acts)),
    group('Keys', '', ...[...named, ...further].map((name) => keyButton(name, acts))),
    group('Function keys', '', ...functionKeys(acts, [], twelve)),
    group('Ctrl-Alt', 'changes the terminal of Linux', ...functionKeys(acts, ['ctrl', 'alt'], twelve)),
    group('Alt', 'in a terminal', ...functionKeys(acts, ['alt'], [1, 2, 3, 4]), altTab(acts)),
    group('Boot keys', 'again and again for 10 s: start, then reset', ...bootKeys(acts)),
    group('SysRq', 'for a Linux that hangs', sysRqMenu(acts)),
  );
  return {
    panel,
    showHeld(held) {
      for (const [modifier, button] of holds) button.setAttribute('aria-pressed', String(held.has(modifier)));
    },
  };
}

function group(title: string, hint: string, ...content: Node[]): HTMLElement {
  const legend = build('span', { class: 'legend' }, title, ...(hint === '' ? [] : [build('small', {}, hint)]));
  const keys = build('div', { class: 'key-row' }, ...content);
  return build('div', { role: 'group', 'aria-label': title, class: 'key-group' }, legend, keys);
}

function keyButton(name: (typeof named | typeof further)[number], acts: PanelActs): HTMLButtonElement {
  const label = arrows[name];
  return buildButton(name, () => acts.press(namedKeys[name]), label === undefined ? {} : { 'aria-label': label });
}

function functionKeys(acts: PanelActs, held: Modifier[], numbers: readonly number[]): HTMLButtonElement[] {
  const prefix = held.map((modifier) => (modifier === 'ctrl' ? 'Ctrl-' : 'Alt-')).join('');
  return numbers.map((number) =>
    buildButton(`F${number}`, () => acts.press(functionKey(number), held), { 'aria-label': `${prefix}F${number}` }),
  );
}

function altTab(acts: PanelActs): HTMLButtonElement {
  return buildButton('Tab', () => acts.press(namedKeys.Tab, ['alt']), { 'aria-label': 'Alt-Tab' });
}

function bootKeys(acts: PanelActs): HTMLButtonElement[] {
  const keys: [string, Key][] = [
    ['Esc', namedKeys.Esc],
    ['Del', namedKeys.Del],
    ...[1, 2, 8, 9, 10, 11, 12].map((number): [string, Key] => [`F${number}`, functionKey(number)]),
  ];
  return keys.map(([name, key]) =>
    buildButton(name, () => acts.hammer(key, name), { 'aria-label': `${name}, again and again` }),
  );
}

/** Touch screens show their keyboard only for a field: this one sends what is entered and stays empty. */
function anyKey(acts: PanelActs): HTMLLabelElement {
  const field = build('input', {
    ...{ type: 'text', size: '2', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' },
    'aria-label': 'Letter or figure to press with them',
  });
  field.addEventListener('input', () => {
    const character = [...field.value].at(-1);
    field.value = '';
    if (character !== undefined) acts.character(character);
  });
  return build('label', { class: 'any-key' }, 'and press', field);
}

function sysRqMenu(acts: PanelActs): HTMLElement {
  const choice = build(
    'select',
    { 'aria-label': 'What Linux should do' },
    ...sysRqs.map(({ letter, title }) => build('option', { value: letter }, title)),
  );
  const send = buildButton('Send…', () => {
    const what = sysRqs.find(({ letter }) => letter === choice.value);
    if (what) acts.sysRq(what);
  });
  return build('span', { class: 'sys-rq' }, choice, send);
}

function typed<K extends string, V>(table: Record<K, V>): [K, V][] {
  return Object.keys(table).map((key) => [key as K, table[key as K]]);
}
