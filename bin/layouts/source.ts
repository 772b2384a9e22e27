import type { ReadSymbols } from './symbols.ts';
import { tableOf } from './table.ts';
import { wantedLayouts } from './wanted.ts';

const head = `import type { Layout } from './layout.ts';

/**
 * Written by bin/layouts.ts from xkeyboard-config, which is under the MIT licence. Per layout: plain, Shift, AltGr, AltGr
 * and Shift; a place per key in the order of \`typingKeys\`. A combining accent is a dead key.
 */
`;

/** The whole text of web-console/public/keys/layouts.ts. */
export function layoutsSource(read: ReadSymbols): string {
  const entries = wantedLayouts.map((wanted) => {
    const rows = tableOf(read, wanted).map((row) => `      ${quoted(row)},\n`);
    return `  {\n    id: '${wanted.id}',\n    title: '${wanted.title}',\n    rows: [\n${rows.join('')}    ],\n  },\n`;
  });
  return `${head}export const layouts: readonly Layout[] = [\n${entries.join('')}];\n`;
}

/** As the formatter has it: single quotes, double ones where that saves a backslash. Accents stand as escapes. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replace(/[\u0300-\u036f]/g, asEscape);
  if (!escaped.includes("'")) return `'${escaped}'`;
  return escaped.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
