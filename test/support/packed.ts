import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A fixture of bytes: compressed, in base64, as our scripts send them. @param file below test/fixtures */
export function packedText(file: string): string {
  return readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8').trim();
}

export function packedBytes(file: string): Buffer {
  return gunzipSync(Buffer.from(packedText(file), 'base64'));
}
