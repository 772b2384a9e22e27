import { vi } from 'vitest';

/** Milliseconds that a wait has where nothing else is said: the second that Vitest gives is short on a machine that is busy. */
const PATIENCE_MS = 10_000;

const { waitFor } = vi;
vi.waitFor = (look, options) =>
  waitFor(look, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
