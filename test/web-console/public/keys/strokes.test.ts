import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countEvents, eventsOf } from '../../../../web-console/public/keys/key-events.ts';
import type { Layout } from '../../../../web-console/public/keys/layout.ts';
import { layouts } from '../../../../web-console/public/keys/layouts.ts';
import { typingKeys } from '../../../../web-console/public/keys/physical.ts';
import { type Plan, planText, strokesOf } from '../../../../web-console/public/keys/strokes.ts';
import { simulatedKeyboard } from '../../../support/simulated-keyboard.ts';

const ascii = Array.from({ length: 95 }, (_none, index) => String.fromCharCode(32 + index));

function layout(id: string): Layout {
  const found = layouts.find((each) => each.id === id);
  if (!found) throw new Error(`no layout ${id}`);
  return found;
}

const events = (plan: Plan) => plan.characters.flatMap((strokes) => strokes.flatMap(eventsOf));
const typed = (plan: Plan, on: Layout) => {
  const guest = simulatedKeyboard(on);
  for (const event of events(plan)) guest.take(event);
  return guest;
};
/** Short: which keys, with what. */
const keys = (text: string, id: string) =>
  planText(text, layout(id))
    .characters.flat()
    .map(({ code, shift, altGr }) => `${altGr ? 'AltGr+' : ''}${shift ? 'Shift+' : ''}${code}`);

describe.each(layouts)('a keyboard $id', (on) => {
  it('has a place for each key on each level', () => {
    expect(on.rows.map((row) => [...row].length)).toEqual(Array(4).fill(typingKeys.length));
  });

  it('types all of ASCII', () => {
    expect(planText(`${ascii.join('')}\n\t`, on).missing).toEqual([]);
  });

  it('gives back whatever it types, and holds nothing down', () => {
    const characters = [...strokesOf(on).keys()];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 200 }), (some) => {
        const text = some.join('').replace(/\r\n?/g, '\n');
        const plan = planText(text, on);
        expect(plan.missing).toEqual([]);
        const guest = typed(plan, on);
        expect(guest.text()).toBe(text);
        expect(guest.down()).toEqual([]);
      }),
    );
  });

  it('tells QEMU letters as Shift has them, or QEMU would press Caps Lock', () => {
    const letters = [...strokesOf(on).values()].flat().filter(({ keysym }) => /[A-Za-z]/.test(name(keysym)));
    for (const { keysym, shift } of letters) expect([name(keysym), shift]).toEqual([name(keysym), isCapital(keysym)]);
    expect(letters.length).toBeGreaterThanOrEqual(52);
  });
});

const name = (keysym: number) => String.fromCharCode(keysym < 128 ? keysym : 0);
const isCapital = (keysym: number) => /[A-Z]/.test(name(keysym));

describe('text as strokes', () => {
  it.each([
    ['us', '@^y', ['Shift+Digit2', 'Shift+Digit6', 'KeyY']],
    ['gb', '@"£#|', ['Shift+Quote', 'Shift+Digit2', 'Shift+Digit3', 'Backslash', 'Shift+IntlBackslash']],
    ['de', '@zY^', ['AltGr+KeyQ', 'KeyY', 'Shift+KeyZ', 'Backquote', 'Space']],
    ['de', '`é~|', ['Shift+Equal', 'Space', 'Equal', 'KeyE', 'AltGr+BracketRight', 'AltGr+IntlBackslash']],
    ['de-nodeadkeys', '^`', ['Backquote', 'Shift+Equal']],
    ['fr', 'aQ1.^', ['KeyQ', 'Shift+KeyA', 'Shift+Digit1', 'Shift+Comma', 'AltGr+Digit9']],
    ['fr', 'âë<@', ['BracketLeft', 'KeyQ', 'Shift+BracketLeft', 'KeyE', 'IntlBackslash', 'AltGr+Digit0']],
    ['fr', '~`', ['AltGr+Digit2', 'AltGr+Digit7']],
    ['fr-windows', '~`', ['AltGr+Digit2', 'Space', 'AltGr+Digit7', 'Space']],
    ['es', 'ñ¿@Á', ['Semicolon', 'Shift+Equal', 'AltGr+Digit2', 'Quote', 'Shift+KeyA']],
    ['br', '/?', ['IntlRo', 'Shift+IntlRo']],
    ['pl', 'łĄ', ['AltGr+KeyL', 'AltGr+Shift+KeyA']],
  ])('on %s: %s', (id, text, expected) => {
    expect(keys(text, id)).toEqual(expected);
  });

  it('takes line ends of every system as one Enter each, and a letter with its accent as one', () => {
    expect(keys('a\r\nb\rc\n', 'us')).toEqual(['KeyA', 'Enter', 'KeyB', 'Enter', 'KeyC', 'Enter']);
    expect(keys('e\u0301', 'fr')).toEqual(['Digit2']);
  });

  it('says which characters a keyboard does not have, each once', () => {
    expect(planText('naïve “café” – 5 €', layout('us')).missing).toEqual(['ï', '“', 'é', '”', '–', '€']);
    expect(planText('naïve café 5 €', layout('fr')).missing).toEqual([]);
    expect(planText('😀', layout('de')).missing).toEqual(['😀']);
  });

  it('does not type an accent alone where systems disagree about it', () => {
    // ´ and a space are ' for Linux and ´ for Windows.
    expect(planText('´¨', layout('de')).missing).toEqual(['´', '¨']);
  });

  it('counts events as they are made', () => {
    const all = planText([...strokesOf(layout('de')).keys()].join(''), layout('de'));
    expect(countEvents(all.characters)).toBe(events(all).length);
  });
});
