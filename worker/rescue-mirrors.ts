import { z } from 'zod';
import { safeWebUrl } from '../core/env.ts';
import { jsonSetting } from './json-setting.ts';

/** Nothing that a shell or a list of repositories would take for more than an address. */
const plainUrl = safeWebUrl('https://mirror.example.com/debian').refine(
  (url) => /^[\w.:/~%+@[\]-]+$/.test(url) && !url.includes('@'),
  'must be an address without a user, a query or spaces',
);

/** Those whose repositories have the same layout everywhere. */
const Mirrors = z.partialRecord(z.enum(['alpine', 'debian', 'ubuntu']), plainUrl);

/** JSON in one setting: the base address of a mirror for each distribution that has a well-known layout. */
export function rescueMirrors() {
  return jsonSetting(Mirrors);
}
