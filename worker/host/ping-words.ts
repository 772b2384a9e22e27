/** What a ping came to: an answer, none within its time, or that it could not be asked, and why. */
export type Pinged = { state: 'answered' } | { state: 'silent' } | { state: 'unable'; why: string };

/** One answer is enough, and after three seconds none is expected; iputils and busybox know all of these options. */
export function pingArgv(host: string): readonly string[] {
  return ['-q', '-c', '1', '-w', '3', '--', host];
}

/**
 * Reads what `ping` said. busybox ends with 1 both when nobody answers and when it may not ask, so only what was sent counts.
 * @param ended `code`: null where it was ended by a signal
 */
export function readPing(ended: { code: number | null; stdout: string; stderr: string }): Pinged {
  if (ended.code === 0) return { state: 'answered' };
  if (/^\d+ packets transmitted/m.test(ended.stdout)) return { state: 'silent' };
  const said = ended.stderr.trim().split('\n').at(-1) ?? '';
  return { state: 'unable', why: said === '' ? `it ended with ${ended.code ?? 'a signal'}` : said.slice(0, 200) };
}
