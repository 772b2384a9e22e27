import type { Policy, Rule } from './schema.ts';
import { tagsAmong } from './tags.ts';
import type { ActionName, Situation } from './types.ts';

/** The rules that apply, in the order of the file. A break glass stands in for what waits for votes: the rules of that apply. */
export function matchingRules(
  policy: Policy,
  { action, device, insteadOf = 'install' }: Pick<Situation, 'action' | 'device' | 'insteadOf'>,
): Rule[] {
  const wanted: ActionName[] =
    action === 'break-glass' ? [namedOr(policy, insteadOf), 'break-glass'] : [namedOr(policy, action)];
  return policy.rules.filter(({ match }) => {
    if (!wanted.some((name) => match.actions.includes(name))) return false;
    const tags = device?.tags ?? [];
    if (match.tags && tagsAmong(tags, match.tags).length === 0) return false;
    if (match.not_tags && tagsAmong(tags, match.not_tags).length > 0) return false;
    return !match.devices || match.devices.some((glob) => device !== null && fitsGlob(device.name, glob));
  });
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
