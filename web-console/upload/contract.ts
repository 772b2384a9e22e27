/** Where an upload stands. Bytes travel only in `receiving`; the last three are its end. */
export type UploadState = 'asked' | 'waiting' | 'receiving' | 'checking' | 'ready' | 'failed' | 'refused';

/** The newest upload of an install, to who may see its console. */
export interface UploadStanding {
  n: number;
  name: string;
  bytes: number;
  state: UploadState;
  why: string | null;
  /** It is of who asks: then `key` is the one that they gave, and `at` how many bytes are there, as far as that was asked. */
  mine: boolean;
  key: string | null;
  at: number | null;
}

export type UploadLook = { upload: UploadStanding | null };
export type UploadRoom = { roomBytes: number };
export type UploadBegun = { n: number };
/** So many bytes of it are on the server. */
export type UploadAt = { at: number };

/** Each piece begins at a multiple of this. */
export const BLOCK_BYTES = 64 * 1024;
export const MOST_CHUNK_BYTES = 8 * 1024 * 1024;

/** The next piece begins here, when so many bytes are there: a block that came in part is sent again. */
export function resumeAt(at: number, total: number): number {
  return at >= total ? total : at - (at % BLOCK_BYTES);
}
