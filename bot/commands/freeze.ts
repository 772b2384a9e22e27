import { announce, demandVoice } from '../announce.ts';
import { notAllowed } from '../bad-input.ts';
import type { BotDeps } from '../deps.ts';
import { freezeOn } from '../freezes.ts';
import { authorise } from '../judging.ts';
import type { Freeze } from '../policy/types.ts';
import { recordingRefusals } from '../refusals.ts';
import { frozen, thawed } from '../views/announcements.ts';
import { freezeText, withTag } from '../views/lock.ts';
import { sentence } from '../views/message.ts';
import { parseMoment } from './moment.ts';
import type { Command } from './spec.ts';
import { parseReason, parseTag } from './typed.ts';

export const freezeCommand: Command = {
  spec: {
    verb: 'freeze',
    action: 'freeze',
    summary: 'Takes no new installs until a time: none at all, or none on servers with a tag.',
    target: { name: 'tag', required: false },
    options: {
      until: { value: '2h|18:00|DATE', about: 'when it ends by itself; times without a zone are UTC', required: true },
      reason: { value: '"TEXT"', about: 'why, for those who are held up', required: true },
    },
    examples: ['/xepa freeze --until 18:00 --reason "release"', '/xepa freeze prod --until 3d --reason "audit"'],
  },
  run: recordingRefusals('freeze', async (deps, asker, { target, options }) => {
    await authorise(deps, asker, { action: 'freeze' });
    const now = deps.clock.now();
    const tag = target === undefined ? null : parseTag(target);
    const reason = parseReason(options.reason ?? '');
    const freeze = { tag, until: parseMoment(options.until ?? '', now), reason, by: asker.user };
    await demandVoice(deps, asker);
    await deps.shelf.freezes.begin(freeze);
    await announce(deps, asker, frozen({ freeze, devices: await concerned(deps, freeze), now }));
  }),
};

export const thawCommand: Command = {
  spec: {
    verb: 'thaw',
    action: 'freeze',
    summary: 'Ends a freeze of this workspace before its time.',
    target: { name: 'tag', required: false },
    options: {},
    examples: ['/xepa thaw', '/xepa thaw prod'],
  },
  run: recordingRefusals('freeze', async (deps, asker, { target }) => {
    await authorise(deps, asker, { action: 'freeze' });
    await demandVoice(deps, asker);
    const tag = target === undefined ? null : parseTag(target);
    const freeze = await deps.shelf.freezes.end(tag, asker.user, deps.clock.now());
    const now = deps.clock.now();
    const rest = (await deps.shelf.freezes.inForce(now)).find((one) => one.tag === tag) ?? null;
    if (freeze) return announce(deps, asker, thawed({ freeze, by: asker.user, rest, now }));
    if (rest) throw notAllowed(`${freezeText(rest, now)}. Only people there can thaw it.`);
    await asker.tell(sentence(`There is nothing to thaw: no freeze of everything${withTag(tag)} is in force.`));
  }),
};

/** How many devices a freeze stops; null while no list of them was read. */
async function concerned(deps: BotDeps, freeze: Freeze): Promise<number | null> {
  const devices = (await deps.inventory.read())?.devices;
  return devices?.filter((device) => freezeOn(device, [freeze]) !== null).length ?? null;
}
