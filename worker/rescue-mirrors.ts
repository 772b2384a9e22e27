import { z } from 'zod';
import { safeWebUrl } from '../core/env.ts';

/** Nothing that a shell or a list of repositories would take for more than an address. */
const plainUrl = safeWebUrl('https://mirror.example.com/debian').refine(
  (url) => /^[\w.:/~%+@[\]-]+$/.test(url) && !url.includes('@'),
  'must be an address without a user, a query or spaces',
);

/** Those whose repositories have the same layout everywhere. */
const Mirrors = z.partialRecord(z.enum(['alpine', 'debian', 'ubuntu']), plainUrl);

/** JSON in one setting: the base address of a mirror for each distribution that has a well-known layout. */
export function rescueMirrors() {
  return z
    .string()
    .default('{}')
    .transform((text, context) => {
      const parsed = Mirrors.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: `is not understood: ${z.prettifyError(parsed.error)}` });
      return z.NEVER;
    });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
