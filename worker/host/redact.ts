import { redactSecrets } from './redact-secrets.ts';

const forErrors = { lines: 6, characters: 600 };
/** Only so much is looked at: a program that fails may have printed megabytes. */
const maxLookedAt = 8000;

/** The last lines of what a program printed, fit for an error message: no control characters, no secrets of URLs, short. */
export function outputTail(text: string): string {
  return redactUrls(lastLines(text.slice(-maxLookedAt), forErrors.lines)).slice(-forErrors.characters);
}

/** The last lines of a log that somebody else wrote, for people: no control characters and nothing that looks like a secret. */
export function logTail(text: string, limits: { lines: number; characters: number }): string {
  return lastLines(redactSecrets(redactUrls(lastLines(text, Number.POSITIVE_INFINITY))), limits.lines).slice(
    -limits.characters,
  );
}

/** Hides user names, passwords and query strings of URLs: signed links carry their secret there. */
export function redactUrls(text: string): string {
  return text.replace(
    /\b([a-z][a-z0-9+.-]{0,15}:\/\/)([^\s/@?#]*@)?([^\s?#'"]*)(\?[^\s#'"]*)?/gi,
    (_all, scheme, user, rest, query) => [scheme, user ? '…@' : '', rest, query ? '?…' : ''].join(''),
  );
}

function lastLines(text: string, count: number): string {
  const lines = withoutControls(text)
    .split('\n')
    .map((line) => line.trimEnd().split('\r').at(-1) ?? '')
    .filter((line) => line !== '');
  return lines.slice(-count).join('\n');
}

/** Carriage returns stay: what follows the last one of a line is what a progress bar said last. */
function withoutControls(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is to be removed
      .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
  );
}
