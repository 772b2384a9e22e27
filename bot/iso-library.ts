import { z } from 'zod';
import type { GeneralTrail } from '../core/general-trail.ts';
import { notAllowed } from './bad-input.ts';
import { createKeptItems, type KeptChange, type KeptItems } from './kept-items.ts';
import { seenFrom } from './other-workspaces.ts';
import { code } from './text.ts';

/** By whom, a Slack user id of that workspace, and when, in milliseconds since 1970. */
const Done = z.object({ team: z.string(), by: z.string(), at: z.number() });

/** An ISO that somebody added in Slack. Its name stands for this digest for ever. */
const LibraryIso = z.object({ url: z.string(), sha256: z.string(), added: Done, retired: Done.nullable() });
export type LibraryIso = z.infer<typeof LibraryIso>;

/** ISOs by name, in lower case; the retired ones too. */
export type LibraryIsos = ReadonlyMap<string, LibraryIso>;

export type IsoLibrary = KeptItems<LibraryIso>;

export function createIsoLibrary(trail: GeneralTrail, team: string): IsoLibrary {
  const see = ({ added, retired, ...iso }: LibraryIso) => ({
    ...iso,
    added: seenFrom(team, added),
    retired: retired && seenFrom(team, retired),
  });
  return createKeptItems(trail, { shelf: 'isos', schema: LibraryIso, see });
}

interface Wish {
  name: string;
  team: string;
  by: string;
  now: number;
}

/**
 * Adds an ISO, gives it another address, or brings a retired one back; null when it is so already.
 * @throws XepaError not-allowed when the name stands for another digest
 */
export function addIso(
  current: LibraryIso | null,
  wish: Wish & { url: string; sha256: string },
): KeptChange<LibraryIso> | null {
  const { name, team, by, now, url, sha256 } = wish;
  if (current && current.sha256 !== sha256) {
    throw notAllowed(
      `${code(name)} stands for another SHA-256 (${code(current.sha256)}), and installs that name it must stay what they were. Add this ISO under another name.`,
    );
  }
  if (current?.url === url && !current.retired) return null;
  const before = current ? { before: { url: current.url, retired: current.retired !== null } } : {};
  const note = {
    type: 'iso-added',
    actor: { via: 'slack' as const, id: by },
    detail: { team, name, url, sha256, ...before },
  };
  return { item: { url, sha256, added: { team, by, at: now }, retired: null }, note };
}

/** Keeps it in the list, but nobody installs it any more; null when there is none, or it is retired already. */
export function retireIso(current: LibraryIso | null, wish: Wish): KeptChange<LibraryIso> | null {
  if (!current || current.retired) return null;
  const { name, team, by, now } = wish;
  const detail = { team, name, sha256: current.sha256 };
  const note = { type: 'iso-retired', actor: { via: 'slack' as const, id: by }, detail };
  return { item: { ...current, retired: { team, by, at: now } }, note };
}
