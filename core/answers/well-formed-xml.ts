const name = '[A-Za-z_][\\w.:-]*';
const token = new RegExp(
  [
    '(?<skip><!--(?:(?!--)[\\s\\S])*-->|<\\?[A-Za-z](?:(?!\\?>)[\\s\\S])*\\?>)',
    '(?<cdata><!\\[CDATA\\[(?:(?!\\]\\]>)[\\s\\S])*\\]\\]>)',
    `</(?<end>${name})\\s*>`,
    `<(?<start>${name})(?<attributes>(?:\\s+${name}\\s*=\\s*(?:"[^<"]*"|'[^<']*'))*)\\s*(?<empty>/?)>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
);
const bareAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/;

/** The root's name and attributes, or what is wrong and in which line. */
export type XmlReading = { root: string; attributes: string } | { wrong: string };

interface Reading {
  root: { root: string; attributes: string } | null;
  open: string[];
}

/**
 * Whether a text is well-formed XML 1.0, as far as it matters for files without a document type: one root, tags that match,
 * quoted attributes, and no bare ampersand. A document type is refused.
 */
export function readXml(source: string): XmlReading {
  const xml = source.replace(/^\uFEFF/, '');
  const reading: Reading = { root: null, open: [] };
  let at = 0;
  while (at < xml.length) {
    token.lastIndex = at;
    const parts = token.exec(xml)?.groups;
    const wrong = parts ? take(reading, parts) : 'this is no tag';
    if (wrong !== null) return { wrong: `line ${xml.slice(0, at).split('\n').length}: ${wrong}` };
    at = token.lastIndex;
  }
  const unclosed = reading.open.at(-1);
  if (unclosed !== undefined) return { wrong: `<${unclosed}> is not closed` };
  return reading.root ?? { wrong: 'there is no element in it' };
}

type Parts = Readonly<Record<string, string | undefined>>;

/** Goes on by one token. @returns what is wrong with it, or null */
function take(reading: Reading, parts: Parts): string | null {
  if (parts.skip !== undefined) return null;
  if (parts.end !== undefined) return close(reading, parts.end);
  if (parts.start !== undefined) return open(reading, parts);
  const text = parts.text ?? '';
  if (bareAmpersand.test(text)) return 'an & that is not written &amp;';
  const outside = reading.open.length === 0 && (parts.cdata !== undefined || text.trim() !== '');
  return outside ? 'text outside of the root element' : null;
}

function close({ open: opened }: Reading, end: string): string | null {
  const last = opened.pop();
  if (last === end) return null;
  return `</${end}> closes ${last === undefined ? 'nothing' : `<${last}>`}`;
}

function open(reading: Reading, { start = '', attributes = '', empty }: Parts): string | null {
  if (bareAmpersand.test(attributes)) return 'an & that is not written &amp;';
  if (reading.open.length === 0 && reading.root) return `a second root element, <${start}>`;
  reading.root ??= { root: start, attributes };
  if (empty === '') reading.open.push(start);
  return null;
}
