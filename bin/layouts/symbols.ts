/** Levels of one key: plain, Shift, AltGr, AltGr and Shift. */
export type Levels = readonly string[];

/** The text of a file of `xkb/symbols`. */
export type ReadSymbols = (file: string) => string;

/**
 * Key name (`AD01`) → keysym names of its levels, of one variant with everything it includes.
 * @param name as xkb writes it: `de(nodeadkeys)`, or `de` for the file's default
 * @throws Error when the file has no such variant
 */
export function readVariant(read: ReadSymbols, name: string): Map<string, Levels> {
  const [, file = name, variant] = /^([^(]+)(?:\((.+)\))?$/.exec(name) ?? [];
  const keys = new Map<string, Levels>();
  for (const statement of statementsOf(blockOf(withoutComments(read(file)), { file, variant }))) {
    const included = /^(?:include|augment|override)\s+"(.+)"$/.exec(statement)?.[1];
    if (included !== undefined) take(keys, included, read);
    const [, key, body] = /^(?:replace\s+|override\s+)?key\s*<(\w+)>\s*\{([\s\S]*)\}$/.exec(statement) ?? [];
    const levels = levelsOf(body ?? '');
    if (key !== undefined && levels) keys.set(key, merged(keys.get(key), levels));
  }
  return keys;
}

/** `a(b)+c(d)`: the later one wins. What only concerns modifiers and the keypad has no character for us. */
function take(keys: Map<string, Levels>, included: string, read: ReadSymbols): void {
  for (const part of included.split('+')) {
    if (/^(level3|level5|kpdl|keypad|nbsp|compose)\b/.test(part)) continue;
    for (const [key, levels] of readVariant(read, part)) keys.set(key, merged(keys.get(key), levels));
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\/.*$/gm, '').replace(/^\s*#.*$/gm, '');
}

/** What stands between the braces of a variant; the file's default one where none is named. */
function blockOf(text: string, at: { file: string; variant: string | undefined }): string {
  const blocks = [...text.matchAll(/([\w\s]*)xkb_symbols\s+"([^"]+)"\s*\{/g)];
  const wanted = blocks.find(([, flags, name]) => (at.variant ? name === at.variant : /\bdefault\b/.test(flags ?? '')));
  const found = wanted ?? (at.variant === undefined ? blocks[0] : undefined);
  if (!found) throw new Error(`${at.file} has no variant ${at.variant}`);
  const start = found.index + found[0].length;
  let depth = 1;
  let end = start;
  for (; depth > 0 && end < text.length; end += 1) {
    if (text[end] === '{') depth += 1;
    if (text[end] === '}') depth -= 1;
  }
  return text.slice(start, end - 1);
}

/** Statements end at a semicolon outside of braces; an include ends with its quotes. */
function statementsOf(block: string): string[] {
  const found = block.matchAll(/include\s+"[^"]+"|(?:(?:replace|override)\s+)?key\s*<\w+>\s*\{[^}]*\}/g);
  return [...found].map(([statement]) => statement.trim());
}

/** The first list in square brackets that is no index: `symbols[Group1]= [ a, A ]` and `[ a, A ]` alike. */
function levelsOf(body: string): Levels | null {
  const list = /(?:^|[=,{]|\n)\s*\[([^\]]*)\]/.exec(body)?.[1];
  return list === undefined ? null : list.split(',').map((name) => name.trim());
}

/** NoSymbol leaves what an included variant had; levels that are not given stay as well. */
function merged(before: Levels | undefined, levels: Levels): Levels {
  const count = Math.max(before?.length ?? 0, levels.length);
  return Array.from({ length: count }, (_none, index) => {
    const name = levels[index];
    return name === undefined || name === 'NoSymbol' ? (before?.[index] ?? 'NoSymbol') : name;
  });
}
