import { z } from 'zod';

/** A name is only ever shown: the server's files are named by us. */
export const FileName = z
  .string()
  .max(1_000)
  .transform(
    (name) =>
      name
        .split(/[\\/]/)
        .at(-1)
        ?.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
        .trim()
        .slice(0, 120) ?? '',
  )
  .pipe(z.string().min(1));
