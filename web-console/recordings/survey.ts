import { type Entry, kinds, readEntries } from './entries.ts';
import type { Place, Reel } from './reel.ts';
import type { RecordingPart, RecordingSurvey } from './survey-contract.ts';

/** The page asks for a recording in pieces of about this size. */
const PART_BYTES = 1024 * 1024;
const BUCKETS = 240;

/** Reads a recording from end to end: how long it is, when somebody was at work, whether it is whole. */
export async function survey(reel: Reel): Promise<RecordingSurvey> {
  const parts: RecordingPart[] = [];
  const seen = new Sightings();
  let partBytes = PART_BYTES;
  let place: Place = reel.first;
  for (;;) {
    const chunk = await reel.read(place);
    if (chunk === 'end' || chunk === 'spoilt') return { ...seen.result(chunk === 'spoilt'), parts };
    const at = seen.lengthMs;
    for (const entry of readEntries(chunk.plain)) seen.take(entry);
    if (partBytes >= PART_BYTES) {
      parts.push({ ...place, at, chunks: 0 });
      partBytes = 0;
    }
    const part = parts.at(-1);
    if (part) part.chunks += 1;
    partBytes += chunk.plain.length;
    place = chunk.next;
  }
}

/** The entries of one part, as they are stored. Null where there is no such part. */
export async function readPart(
  reel: Reel,
  part: Pick<RecordingPart, 'index' | 'offset' | 'chunks'>,
): Promise<Buffer | null> {
  const found: Buffer[] = [];
  let place: Place = part;
  let bytes = 0;
  for (let count = 0; count < part.chunks && bytes < 2 * PART_BYTES; count += 1) {
    const chunk = await reel.read(place);
    if (chunk === 'end' || chunk === 'spoilt') return null;
    found.push(chunk.plain);
    bytes += chunk.plain.length;
    place = chunk.next;
  }
  return Buffer.concat(found);
}

/** Adds up what happened second by second. */
class Sightings {
  lengthMs = 0;
  #end: string | null = null;
  #format: string | null = null;
  #encodings: string | null = null;
  readonly #input = new Set<number>();
  readonly #screen = new Map<number, number>();

  take({ kind, at, bytes }: Entry): void {
    const second = Math.floor(at / 1000);
    this.lengthMs = Math.max(this.lengthMs, at);
    if (kind === kinds.key || kind === kinds.pointer) this.#input.add(second);
    if (kind === kinds.screen) this.#screen.set(second, (this.#screen.get(second) ?? 0) + bytes.length);
    if (kind === kinds.end) this.#end = Buffer.from(bytes).toString();
    // The first ones: the page that plays sends its own at the same moment, and they must be the same.
    if (kind === kinds.format) this.#format ??= Buffer.from(bytes).toString('hex');
    if (kind === kinds.encodings) this.#encodings ??= Buffer.from(bytes).toString('hex');
  }

  result(spoilt: boolean): Omit<RecordingSurvey, 'parts'> {
    const bucket = (second: number) =>
      Math.min(BUCKETS - 1, Math.floor((second * 1000 * BUCKETS) / (this.lengthMs + 1)));
    const input = new Array<number>(BUCKETS).fill(0);
    for (const second of this.#input) input[bucket(second)] = 1;
    const screen = new Array<number>(BUCKETS).fill(0);
    for (const [second, bytes] of this.#screen) screen[bucket(second)] = (screen[bucket(second)] ?? 0) + bytes;
    const { lengthMs } = this;
    const format = { pixels: this.#format, encodings: this.#encodings };
    return { lengthMs, end: this.#end, spoilt, format, input, screen };
  }
}
