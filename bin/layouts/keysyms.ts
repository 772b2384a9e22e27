/** Dead keys, as the combining character that Unicode has for the accent. */
const accents: Record<string, string> = {
  grave: '\u0300',
  acute: '\u0301',
  circumflex: '\u0302',
  tilde: '\u0303',
  diaeresis: '\u0308',
  ring: '\u030a',
  abovering: '\u030a',
  caron: '\u030c',
  cedilla: '\u0327',
};

/** Accents of letters that have keys of their own. */
const ofLetters: Record<string, string> = { ...accents, abovedot: '\u0307', ogonek: '\u0328' };

/** X11's names of characters that follow no rule (keysymdef.h), as far as level 1 and 2 of a layout have them. */
const names: Record<string, string> = {
  ...{ space: ' ', exclam: '!', quotedbl: '"', numbersign: '#', dollar: '$', percent: '%', ampersand: '&' },
  ...{ apostrophe: "'", parenleft: '(', parenright: ')', asterisk: '*', plus: '+', comma: ',', minus: '-' },
  ...{ period: '.', slash: '/', colon: ':', semicolon: ';', less: '<', equal: '=', greater: '>', question: '?' },
  ...{ at: '@', bracketleft: '[', backslash: '\\', bracketright: ']', asciicircum: '^', underscore: '_', grave: '`' },
  ...{ braceleft: '{', bar: '|', braceright: '}', asciitilde: '~' },
  ...{ exclamdown: '¡', cent: '¢', sterling: '£', currency: '¤', yen: '¥', brokenbar: '¦', section: '§' },
  ...{ guillemotleft: '«', notsign: '¬', degree: '°', plusminus: '±', onesuperior: '¹', twosuperior: '²' },
  ...{ threesuperior: '³', acute: '´', diaeresis: '¨', mu: 'µ', paragraph: '¶', periodcentered: '·' },
  ...{ ordfeminine: 'ª', masculine: 'º', guillemotright: '»', onehalf: '½', questiondown: '¿', ssharp: 'ß' },
  ...{ ae: 'æ', AE: 'Æ', oslash: 'ø', Oslash: 'Ø', Ooblique: 'Ø', lstroke: 'ł', Lstroke: 'Ł', EuroSign: '€' },
};

/** The character of a keysym's name, a combining accent for a dead key, or nothing where we know none. */
export function characterOf(name: string): string | undefined {
  if (/^[\dA-Za-z]$/.test(name)) return name;
  const code = /^U([\dA-F]{4})$/.exec(name)?.[1];
  if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
  if (name.startsWith('dead_')) return accents[name.slice(5)];
  return names[name] ?? accented(name);
}

/** `eacute` is an e with an acute. */
function accented(name: string): string | undefined {
  const accent = ofLetters[name.slice(1)];
  if (accent === undefined) return undefined;
  const composed = `${name[0]}${accent}`.normalize('NFC');
  return composed.length === 1 ? composed : undefined;
}
