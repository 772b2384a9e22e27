import { badInput } from '../bad-input.ts';
import { code, cut } from '../text.ts';

const REASON_MAX = 500;

/** @returns the reason, cut where it is endless @throws XepaError bad-input when it is blank */
export function parseReason(typed: string): string {
  const reason = typed.trim();
  if (reason === '') throw badInput('`--reason` is empty. Say why in a few words, in double quotes.');
  return cut(reason, REASON_MAX);
}

/** Any tag, also one that a provider made up, in lower case. @throws XepaError bad-input */
export function parseTag(typed: string): string {
  const tag = typed.trim().toLowerCase();
  if (tag !== '' && tag.length <= 100) return tag;
  throw badInput(`${code(typed, 60)} is no tag: it must have 1 to 100 characters.`);
}

/** Tags between commas, each once. @throws XepaError bad-input */
export function parseTags(typed: string | undefined): string[] {
  const parts = (typed ?? '').split(',').filter((part) => part.trim() !== '');
  return [...new Set(parts.map(parseTag))];
}

/** Tags of our own: what people must be able to type without quotes. @throws XepaError bad-input */
export function parseNewTags(typed: string | undefined): string[] {
  const tags = parseTags(typed);
  const bad = tags.find((tag) => !/^[a-z0-9][a-z0-9._:/=-]{0,39}$/.test(tag));
  if (bad === undefined) return tags;
  throw badInput(
    `${code(bad, 60)} is no tag for XEPA: at most 40 letters, digits and \`. _ : / = -\`, beginning with a letter or digit.`,
  );
}

/** The name of an ISO in the library, in lower case. @throws XepaError bad-input, which never repeats an address */
export function parseIsoName(typed: string): string {
  const name = typed.toLowerCase();
  if (/^[a-z0-9][a-z0-9._-]{0,59}$/.test(name)) return name;
  const shown = name.includes('/') ? 'That' : code(typed, 60);
  throw badInput(
    `${shown} is no name for an ISO: at most 60 letters, digits and \`. _ -\`, beginning with a letter or digit.`,
  );
}

/** A person as Slack delivers a mention, `<@U01ABC|name>`; names are user-made, so only the id counts. @throws XepaError bad-input */
export function parsePerson(typed: string): string {
  const [, mentioned, bare] = /^(?:<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>|([UW][A-Z0-9]{2,}))$/.exec(typed) ?? [];
  const id = mentioned ?? bare;
  if (id !== undefined) return id;
  throw badInput(
    `${code(typed, 60)} is nobody that Slack knows. Type \`@\` and pick the person from the list that Slack shows.`,
  );
}
