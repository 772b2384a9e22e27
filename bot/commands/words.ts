import { parseArgsStringToArgv } from 'string-argv';
import { badInput } from '../bad-input.ts';

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * Splits what Slack delivered (`should_escape: true`) into words. Links come as `<https://x|x>`, `& < >` as
 * entities; phones and macOS turn quotes and double hyphens into typographic ones.
 * @throws XepaError bad-input when a quote is left open
 */
export function splitWords(text: string): string[] {
  const straight = text.replace(/[“”„‟«»]/g, '"').replace(/[‘’‚‛]/g, "'");
  const unlinked = straight.replace(/<((?:https?|ftp):\/\/[^|>\s]+|mailto:[^|>\s]+)(?:\|[^>]*)?>/g, '$1');
  // A mention may hold a name, with spaces and quotes in it; the id is enough.
  const unnamed = unlinked.replace(/<@([UW][A-Z0-9]+)\|[^>]*>/g, '<@$1>');
  if (hasOpenQuote(unnamed)) {
    throw badInput(
      'A quote is left open. Put text in double quotes, and an apostrophe inside them: `--reason "it\'s broken"`.',
    );
  }
  return parseArgsStringToArgv(unnamed).map((word) => decode(hyphens(word)));
}

/** `—iso`, `–-iso` and `–iso` were meant as `--iso`. Only at the start: inside a word a dash is a dash. */
function hyphens(word: string): string {
  return word.replace(/^(?:[—–][-—–]*|-[—–]+)(?=[a-z])/i, '--');
}

function decode(word: string): string {
  return word.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);
}

function hasOpenQuote(text: string): boolean {
  let open: string | null = null;
  for (const char of text) {
    if (open === null && (char === '"' || char === "'")) open = char;
    else if (char === open) open = null;
  }
  return open !== null;
}
