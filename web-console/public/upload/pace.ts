import { BLOCK_BYTES, MOST_CHUNK_BYTES } from '../../upload/contract.ts';

/** Large enough to waste nothing on a fast line, small enough to lose little on a slow one: so long a piece should take. */
const AIM_MS = 1_500;
export const FIRST_PIECE_BYTES = 8 * BLOCK_BYTES;

/** How large the next piece is, after one of that size that took so long. It grows and shrinks by steps. */
export function nextPiece(bytes: number, ms: number): number {
  const ideal = (bytes * AIM_MS) / Math.max(1, ms);
  return wholeBlocks(Math.min(Math.max(ideal, bytes / 2), bytes * 2));
}

/** After one that did not get there: the line is slow, or somebody on the way takes none of that size. */
export function smallerPiece(bytes: number): number {
  return wholeBlocks(bytes / 4);
}

function wholeBlocks(bytes: number): number {
  const blocks = Math.floor(bytes / BLOCK_BYTES) * BLOCK_BYTES;
  return Math.min(Math.max(blocks, BLOCK_BYTES), MOST_CHUNK_BYTES);
}

const WINDOW_MS = 10_000;

/** How fast it goes, by what went in the last seconds of sending. */
export class Pace {
  #pieces: { bytes: number; ms: number }[] = [];

  note(bytes: number, ms: number): void {
    this.#pieces.push({ bytes, ms });
    while (this.#pieces.length > 1 && this.#span() - (this.#pieces[0]?.ms ?? 0) > WINDOW_MS) this.#pieces.shift();
  }

  /** Bytes in a second; null before anything went. */
  get speed(): number | null {
    const span = this.#span();
    if (span <= 0) return null;
    return (1_000 * this.#pieces.reduce((sum, { bytes }) => sum + bytes, 0)) / span;
  }

  #span(): number {
    return this.#pieces.reduce((sum, { ms }) => sum + ms, 0);
  }
}
