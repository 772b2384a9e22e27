import { type Device, deviceKey } from '../../core/contracts/device.ts';
import { announce, demandVoice } from '../announce.ts';
import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { tagDevice } from '../device-decisions.ts';
import { deviceFor } from '../device-for.ts';
import { authorise } from '../judging.ts';
import { outsiderReason } from '../policy/full-member.ts';
import { humanOf } from '../policy/same-person.ts';
import type { Policy } from '../policy/schema.ts';
import { exemptingTags, protectingTags, protectsOwners, tagsAmong } from '../policy/tags.ts';
import { recordingRefusals } from '../refusals.ts';
import { code } from '../text.ts';
import { protectionWeakened } from '../views/announcements.ts';
import { deviceNoted } from '../views/device-card.ts';
import type { Command, ParsedCommand } from './spec.ts';
import { parseNewTags, parsePerson, parseTags } from './typed.ts';

export const deviceTagCommand: Command = {
  spec: {
    verb: 'device tag',
    action: 'tag-device',
    summary: "Adds and removes XEPA's own tags of a server, and says whose it is; the provider's tags stay.",
    target: { name: 'device', required: true },
    options: {
      add: { value: 'TAG,TAG', about: 'tags to add' },
      remove: { value: 'TAG,TAG', about: "tags of XEPA's own to remove" },
      owner: { value: '@USER|none', about: 'who looks after it' },
    },
    examples: ['/xepa device tag web-07 --add prod --remove web', '/xepa device tag web-07 --owner @bob'],
  },
  run: recordingRefusals('tag-device', async (deps, asker, { target = '', options }) => {
    const { device, noted } = await deviceFor(deps, asker, { action: 'tag-device', typed: target });
    const { add, remove } = tagsOf(options);
    const owner = await ownerOf(deps, options.owner);
    const before = (await deps.shelf.notes.of(deviceKey(device))).owner?.user ?? null;
    const weakening = weakeningBy(deps.policy.current().policy, asker, { add, remove, owner, before });
    const weakens = weakening.dropped.length + weakening.given.length > 0 || weakening.takenFrom !== null;
    if (weakens) await demandWeakening(deps, asker, noted);
    const who = { team: asker.team, by: asker.user };
    const wish = { device, ...who, now: deps.clock.now(), add, remove, owner, ownerBefore: before };
    const { note, changed } = await deps.shelf.notes.change(deviceKey(device), (current) => tagDevice(current, wish));
    if (changed && weakens) {
      await announce(deps, asker, protectionWeakened({ device, ...weakening, by: asker.user }));
    }
    await asker.tell(deviceNoted({ device, ours: note.tags, owner: note.owner?.user ?? null, changed }));
  }),
};

function tagsOf(options: ParsedCommand['options']): { add: string[]; remove: string[] } {
  const [add, remove] = [parseNewTags(options.add), parseTags(options.remove)];
  const both = add.find((tag) => remove.includes(tag));
  if (both !== undefined) throw badInput(`${code(both, 60)} is to be added and removed at once.`);
  if (add.length + remove.length === 0 && options.owner === undefined) {
    throw badInput(
      'Nothing is to be changed: type `--add`, `--remove` or `--owner`. `/xepa device tag -h` explains them.',
    );
  }
  return { add, remove };
}

interface NoteWish {
  add: readonly string[];
  remove: readonly string[];
  owner: string | null | undefined;
  /** Whose it is now, as `asker` may know it. */
  before: string | null;
}

/** What of a wish may leave an install without an approval. An owner gives away what is theirs. */
function weakeningBy(policy: Policy, asker: Asker, { add, remove, owner, before }: NoteWish) {
  const changesHands = owner !== undefined && before !== null && owner !== before;
  const isOwn = before !== null && humanOf(policy, before) === humanOf(policy, asker.user);
  return {
    dropped: tagsAmong(remove, protectingTags(policy)),
    given: tagsAmong(add, exemptingTags(policy)),
    takenFrom: changesHands && !isOwn && protectsOwners(policy) ? before : null,
  };
}

/** An install may need no approval then: not everybody may do that, and never in silence. */
async function demandWeakening(deps: BotDeps, asker: Asker, device: Device): Promise<void> {
  await authorise(deps, asker, { action: 'override', device });
  await demandVoice(deps, asker);
}

/** A Slack user id, null for nobody, undefined when nothing was said. Slack is asked who it is. */
async function ownerOf(deps: BotDeps, typed: string | undefined): Promise<string | null | undefined> {
  if (typed === undefined) return undefined;
  if (typed.toLowerCase() === 'none') return null;
  const id = parsePerson(typed);
  const person = await deps.people.find(id, []).catch((cause: unknown) => {
    deps.log.info({ cause, id }, 'Slack did not say who an owner is');
    throw badInput(`Slack did not tell XEPA who ${code(id, 40)} is, so nothing was changed.`);
  });
  if (outsiderReason(person, deps.rules.teamId) === null) return id;
  throw badInput(`${code(id, 40)} cannot look after a device: only a full member of this workspace can.`);
}
