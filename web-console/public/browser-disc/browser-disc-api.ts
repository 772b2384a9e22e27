import type { Answer } from '../answer.ts';
import { ask } from '../api.ts';

/** Asks whether this file may be served; the state tells what becomes of it. */
export function wantToServe(
  install: string,
  file: { name: string; bytes: number; key: string },
): Promise<Answer<unknown>> {
  return ask(at(install), file);
}

/** The disc is not served any more. */
export function stopServing(install: string): Promise<Answer<unknown>> {
  return ask(`${at(install)}/stop`, {});
}

function at(install: string): string {
  return `/api/console/${encodeURIComponent(install)}/browser-disc`;
}
