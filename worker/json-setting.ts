import { z } from 'zod';

/** A setting whose text is JSON; nothing is `{}`. What does not fit is complained of with every reason. */
export function jsonSetting<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .default('{}')
    .transform((text, context) => {
      const parsed = schema.safeParse(jsonOf(text));
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
