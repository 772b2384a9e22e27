import { XepaError } from '../../core/errors.ts';
import { advancedOptions } from '../views/advanced-fields.ts';
import type { Faults } from './field-faults.ts';
import type { Fields, FormAnswer } from './modal.ts';

/** Slips of the hand, all at once. What is not allowed is for the audit trail too, and comes out when the policy is asked. */
export function badInputs(faults: Faults): Record<string, string> {
  const slips = [...faults].filter(([, { code }]) => code === 'bad-input');
  return Object.fromEntries(slips.map(([name, { userMessage }]) => [name, plainText(userMessage)]));
}

/** Slack shows an error only beside an input: that of which it was known before, else the one whose text the sentence quotes. */
export function besideTheField(error: unknown, fields: Fields, faults: Faults): FormAnswer {
  if (!(error instanceof XepaError) || !['bad-input', 'not-allowed', 'device-busy'].includes(error.code)) throw error;
  const known = [...faults].find(([, fault]) => fault.userMessage === error.userMessage)?.[0];
  const quoted = Object.entries(fields).find(
    ([name, text]) => !(name in advancedOptions) && error.userMessage.includes(text),
  );
  return { kind: 'errors', errors: { [known ?? quoted?.[0] ?? 'device']: plainText(error.userMessage) } };
}

/** Errors beside fields are plain text, in which nobody can be mentioned; at most 2,000 characters. */
function plainText(mrkdwn: string): string {
  const unmentioned = mrkdwn.replace(/<@([UW][A-Z0-9]+)>/g, '$1');
  const decoded = unmentioned.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  return named(decoded.replace(/[`\u200b]/g, '')).slice(0, 500);
}

/** In a form an option goes by the name of its field. */
function named(text: string): string {
  return Object.values(advancedOptions).reduce(
    (told, { option, label }) => told.replaceAll(new RegExp(`${option}(?![\\w-])`, 'g'), `“${label}”`),
    text,
  );
}
