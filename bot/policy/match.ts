import { humanOf } from './same-person.ts';
import type { Policy, Rule } from './schema.ts';
import { tagsAmong } from './tags.ts';
import type { ActionName, Situation } from './types.ts';

/** The rules that apply, in the order of the file. A break glass stands in for what waits for votes: the rules of that apply. */
export function matchingRules(
  policy: Policy,
  situation: Pick<Situation, 'action' | 'device' | 'owner' | 'person' | 'insteadOf'>,
): Rule[] {
  const { action, insteadOf = 'install' } = situation;
  const wanted: ActionName[] =
    action === 'break-glass' ? [namedOr(policy, insteadOf), 'break-glass'] : [namedOr(policy, action)];
  return policy.rules.filter(
    ({ match }) => wanted.some((name) => match.actions.includes(name)) && isAbout(policy, match, situation),
  );
}

/** Whether a rule's match fits the device, whatever is to be done with it. */
function isAbout(policy: Policy, match: Rule['match'], about: Pick<Situation, 'device' | 'owner' | 'person'>): boolean {
  const { device } = about;
  const tags = device?.tags ?? [];
  if (match.tags && tagsAmong(tags, match.tags).length === 0) return false;
  if (match.not_tags && tagsAmong(tags, match.not_tags).length > 0) return false;
  if (match.owner && !isOfSomebodyElse(policy, about)) return false;
  return !match.devices || match.devices.some((glob) => device !== null && fitsGlob(device.name, glob));
}

/** What nobody owns is free to all; one's own is, with whichever of one's accounts. */
function isOfSomebodyElse(policy: Policy, { owner = null, person }: Pick<Situation, 'owner' | 'person'>): boolean {
  return owner !== null && humanOf(policy, owner) !== humanOf(policy, person.id);
}

/**
 * A file from before there was `troubleshoot` has no rule for it: what it says of installs protects the same disks from
 * the same hands, so that holds.
 */
function namedOr({ rules }: Policy, action: ActionName): ActionName {
  const isNamed = rules.some(({ match }) => match.actions.includes('troubleshoot'));
  return action === 'troubleshoot' && !isNamed ? 'install' : action;
}

/** Only `*` is special: it stands for any text. Upper and lower case do not matter. Takes linear time. */
export function fitsGlob(name: string, glob: string): boolean {
  const text = name.toLowerCase();
  const [head = '', ...parts] = glob.toLowerCase().split('*');
  const tail = parts.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
