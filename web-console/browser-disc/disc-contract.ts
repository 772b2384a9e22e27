/** Bytes that a page is asked for at a time, and that are kept. */
export const CHUNK_BYTES = 128 * 1024;

/** Chunks that a page may owe at a time. */
export const MAX_ASKED = 32;
