import { FaultInText, IronicError } from './schema.ts';

/** The words of an error of Ironic's or Keystone's. */
export function explain(body: unknown): string | undefined {
  const { error_message: message, error } = IronicError.safeParse(body).data ?? {};
  const words = typeof message === 'string' ? wordsIn(message) : message?.faultstring;
  return (words ?? error?.message)?.trim().replace(/\.$/, '') || undefined;
}

/** A node that is on its way to another state is refused with 400, as nonsense is. */
export function isBusy(body: unknown): boolean {
  return /can ?not be performed on node .* while it is in state|is locked by host/i.test(explain(body) ?? '');
}

function wordsIn(text: string): string {
  return FaultInText.safeParse(text).data?.faultstring ?? text;
}
