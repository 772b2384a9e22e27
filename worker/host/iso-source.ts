/**
 * Addresses as lines of a curl configuration, which `curl -K -` reads from its input: so a signed address stands in no list of
 * arguments, neither on the server nor in a log of its sshd or sudo.
 */
export function sourceLines(urls: readonly string[]): string {
  return urls.map((url) => `url = "${escaped(new URL(url).href)}"\n`).join('');
}

/** The address of such a line; null where it is none. */
export function addressIn(line: string): string | null {
  const [, text] = /^url = "(.*)"$/.exec(line) ?? [];
  const url = text?.replace(/\\(.)/g, '$1') ?? '';
  return URL.canParse(url) ? url : null;
}

/** Within double quotes curl reads a backslash as the beginning of an escape (curl(1), --config). */
function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
