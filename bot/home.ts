import { deviceKey } from '../core/contracts/device.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { isFinal } from '../core/contracts/install.ts';
import { isPending } from './approvals.ts';
import type { BotDeps } from './deps.ts';
import { activeLock } from './device-notes.ts';
import { situationOf } from './judging.ts';
import { judge } from './policy/judge.ts';
import { namedGroups, rolesOf } from './policy/roles.ts';
import { humanOf } from './policy/same-person.ts';
import type { Policy } from './policy/schema.ts';
import type { Person } from './policy/types.ts';
import { voteObstacle } from './policy/votes.ts';
import { type HomeContent, homeView } from './views/home.ts';
import { ballotOf } from './voting.ts';

type Member = Extract<HomeContent, { kind: 'member' }>;

/** App Home of people: what needs them, what runs, what they own. */
export interface Home {
  show(user: string): Promise<void>;
  /** Something changed: whoever looked a short while ago sees it, soon and not too often. */
  changed(): void;
  close(): void;
}

/** Whoever opened it longer ago has turned away; opening it again shows the truth anyway. */
const LOOKING_MS = 10 * 60_000;
const SETTLE_MS = 5_000;
const SEARCHED = 200;

/** Home is made last: it uses everything else. */
type HomeDeps = Omit<BotDeps, 'home'>;

export function createHome(deps: HomeDeps): Home {
  const openersKey = `xepa:{slack-${deps.rules.teamId}}:home`;
  let timer: NodeJS.Timeout | undefined;
  const publish = async (user: string) => deps.slackViews.publish(user, homeView(await contentFor(deps, user)));
  const refresh = async () => {
    const now = deps.clock.now();
    await deps.redis.zremrangebyscore(openersKey, '-inf', String(now - LOOKING_MS));
    for (const user of await deps.redis.zrange(openersKey, '0', '-1')) {
      // One whom Slack does not show it to keeps it from nobody else.
      await publish(user).catch((err: unknown) => deps.log.warn({ err, user }, 'App Home was not refreshed'));
    }
  };
  return {
    async show(user) {
      await deps.redis.zadd(openersKey, deps.clock.now(), user);
      await publish(user);
    },
    changed() {
      timer ??= setTimeout(() => {
        timer = undefined;
        refresh().catch((err: unknown) => deps.log.warn({ err }, 'App Home was not refreshed'));
      }, SETTLE_MS);
    },
    close: () => clearTimeout(timer),
  };
}

async function contentFor(deps: HomeDeps, user: string): Promise<HomeContent> {
  const { policy } = deps.policy.current();
  const now = deps.clock.now();
  const person = await deps.people.find(user, namedGroups(policy));
  const situation = await situationOf(deps, { channel: '' }, { person, wish: { action: 'look' } });
  const may = judge(policy, situation);
  if (may.kind === 'refused') return { kind: 'outsider', reason: may.reasons.join(' ') };
  const records = await deps.store.listRecent(SEARCHED);
  const open = records.filter((record) => !isFinal(record));
  const mine = ({ request }: InstallRecord) => request.requestedBy.id === user;
  const roles = rolesOf(policy, person);
  return {
    kind: 'member',
    now,
    needsMe: open.filter(
      (record) => needs(record, { person, policy, teamId: deps.rules.teamId, now }) && roles.has('approver'),
    ),
    toReview: records.filter((record) => awaitsReview(record, { user, policy })),
    running: open.filter((record) => mine(record) && record.phase !== 'approval'),
    waiting: open.filter((record) => mine(record) && record.phase === 'approval'),
    owned: await ownedBy(deps, user, now),
    freezes: await deps.shelf.freezes.inForce(now),
    finished: records.filter(isFinal).slice(0, 10),
    mayInstall: roles.has('operator'),
  };
}

async function ownedBy(deps: HomeDeps, user: string, now: number): Promise<Member['owned']> {
  const [inventory, notes] = await Promise.all([deps.inventory.read(), deps.shelf.notes.all()]);
  return (inventory?.devices ?? []).flatMap((device) => {
    const note = notes.get(deviceKey(device));
    return note?.owner?.team === deps.rules.teamId && note.owner.user === user
      ? [{ name: device.name, lock: activeLock(note, now) }]
      : [];
  });
}

interface NeedsMe {
  person: Person;
  policy: Policy;
  teamId: string;
  now: number;
}

function needs(record: InstallRecord, about: NeedsMe): boolean {
  const { person, policy, teamId, now } = about;
  return isPending(record, now) && voteObstacle(ballotOf(record, policy), person, teamId) === null;
}

/** An emergency stays here until somebody else has looked at it. */
function awaitsReview({ approval }: InstallRecord, by: { user: string; policy: Policy }): boolean {
  const { breakGlass } = approval ?? {};
  if (!breakGlass || breakGlass.review) return false;
  return humanOf(by.policy, breakGlass.by.id) !== humanOf(by.policy, by.user);
}
