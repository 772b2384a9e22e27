import { badInput } from './bad-input.ts';
import { code } from './text.ts';

/** A part of a list, and which part it is; pages count from 1. */
export interface Page<T> {
  items: readonly T[];
  page: number;
  pages: number;
  /** How many there are on all pages, and the place of the first one here, from 1. */
  total: number;
  first: number;
}

/** The page of that number, or the last one when there are not so many. */
export function pageOf<T>(all: readonly T[], page: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const shown = Math.min(Math.max(1, page), pages);
  const from = (shown - 1) * size;
  return { items: all.slice(from, from + size), page: shown, pages, total: all.length, first: from + 1 };
}

/** @param typed undefined: the first @throws XepaError bad-input */
export function parsePage(typed: string | undefined): number {
  if (typed === undefined) return 1;
  if (/^[1-9]\d{0,5}$/.test(typed)) return Number(typed);
  throw badInput(`${code(typed, 40)} is no number of a page: they count from 1.`);
}
