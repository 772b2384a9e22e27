/**
 * Bytes that Redis keeps, as the text that was written. Reading replaces what is no UTF-8 by U+FFFD, so other bytes could
 * pass for a text that has this sign: such bytes are given as a text that no writer of ours has made.
 */
export function storedText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : `no UTF-8: ${text}`;
}
