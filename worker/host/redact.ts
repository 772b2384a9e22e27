const maxLines = 6;
const maxCharacters = 600;

/** The last lines of what a program printed, fit for an error message: no control characters, no secrets of URLs, short. */
export function outputTail(text: string): string {
  const lines = withoutControls(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return redactUrls(lines.slice(-maxLines).join('\n')).slice(-maxCharacters);
}

/** Hides user names, passwords and query strings of URLs: signed links carry their secret there. */
export function redactUrls(text: string): string {
  return text.replace(
    /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@?#]*@)?([^\s?#'"]*)(\?[^\s#'"]*)?/gi,
    (_all, scheme, user, rest, query) => [scheme, user ? '…@' : '', rest, query ? '?…' : ''].join(''),
  );
}

/** A progress bar overwrites itself with carriage returns: only what it said last counts. */
function withoutControls(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is to be removed
      .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
      .replace(/[^\n]*\r(?!\n)/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
  );
}
