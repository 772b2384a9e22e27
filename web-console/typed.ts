import { z } from 'zod';
import type { TypedNote } from './page-contract.ts';

const Layout = z.string().regex(/^[a-z-]{2,20}$/);

/** What the page says before it types: the text itself goes to the VM as keys and never comes here. */
export const Typed: z.ZodType<TypedNote> = z.union([
  z.strictObject({ layout: Layout, characters: z.int().min(1).max(10_000_000) }),
  z.strictObject({ layout: Layout, secret: z.literal(true) }),
  z.strictObject({ sysRq: z.string().regex(/^[a-z]$/) }),
]);
