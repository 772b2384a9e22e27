import { setTimeout as pause } from 'node:timers/promises';
import type { ActiveFault } from '../../fakes/slack-proxy/fault-book.ts';
import { anApproval } from '../../support/an-approval.ts';
import { findButton, workspace } from '../../support/local-slack.ts';
import { startProxiedWorld } from '../../support/proxied-world.ts';
import { installAt, installRecord } from '../../support/records.ts';
import { type Figure, percentile } from '../figures.ts';

const DECISIONS = 5;
const TARGET_MS = 1_000;
const note = { type: 'bench', actor: { via: 'system' as const, id: 'bench' }, detail: {} };
type World = Awaited<ReturnType<typeof startProxiedWorld>>;

/** From the click on Approve until Slack has the decided card: while all is well, and while progress is refused. */
export async function measureApprovals(): Promise<Figure[]> {
  const world = await startProxiedWorld('http');
  try {
    const calm = await decideSome(world, 'calm');
    const refused = await refuseProgress(world);
    const limited = await decideSome(world, 'limited');
    if (refused.hits() === 0) throw new Error('no edit of progress was refused, so nothing was measured');
    const added = percentile(limited, 0.5) - percentile(calm, 0.5);
    const worst = Math.max(...limited) - Math.min(...calm);
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    return [
      { name: `decided card after the click, p50 of ${DECISIONS}`, value: ms(percentile(calm, 0.5)) },
      { name: 'the same while progress has a 429 for 30 s, p50', value: ms(percentile(limited, 0.5)) },
      { name: 'delay that the 429 adds, p50', value: ms(added), target: '< 1000 ms', met: added < TARGET_MS },
      { name: 'delay that the 429 adds, worst to best', value: ms(worst), target: '< 1000 ms', met: worst < TARGET_MS },
    ];
  } finally {
    await world.stop();
  }
}

/** A download tells its progress, and Slack refuses the edit for half a minute. */
async function refuseProgress(world: World): Promise<ActiveFault> {
  const id = 'xe-busy';
  const download = (done: number) => installAt('media', { progress: { done, total: 100, unit: 'bytes' } }, { id });
  await world.store.create(download(1), note);
  await until(async () => world.proxy.calls('chat.postMessage').some((call) => call.args.blocks?.includes(id)));
  const refused = world.proxy.fail({
    method: 'chat.update',
    fault: { kind: 'rate-limited', retryAfterSeconds: 30 },
    times: Number.POSITIVE_INFINITY,
    when: (args) => args.blocks?.includes(id) === true,
  });
  await pause(3_100);
  await world.store.update(id, (record) => ({ record: { ...record, journal: download(50).journal }, note }));
  await until(async () => refused.hits() > 0);
  return refused;
}

/** @returns milliseconds of each decision */
async function decideSome(world: World, name: string): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < DECISIONS; index += 1) times.push(await decideOne(world, `xe-${name}${index}`));
  return times;
}

async function decideOne(world: World, id: string): Promise<number> {
  const approval = anApproval({ expiresAt: Date.now() + 3_600_000 });
  const record = installRecord({ id, phase: 'approval', approval });
  await world.store.create({ ...record, request: { ...record.request, reason: id } }, note);
  const press = { user: workspace.bob, actionId: 'xepa.approve', value: `${id}#1` };
  const card = await until(async () =>
    (await world.slack.messages()).find((message) => findButton(message, press.actionId)?.value === press.value),
  );
  // What is measured is the 429, not the budget: each decision finds a full one. The pause stays.
  await world.redis.hdel(`xepa:{slack-${workspace.team}}:updates`, 'level', 'at');
  const clicked = performance.now();
  await world.slack.clickOn(card, press);
  await until(async () => {
    const now = (await world.slack.messages()).find((message) => message.ts === card.ts);
    return now && findButton(now, press.actionId) === undefined;
  });
  return performance.now() - clicked;
}

/** Asks until there is an answer. @throws after ten seconds */
async function until<T>(ask: () => Promise<T>): Promise<NonNullable<T>> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer) return answer;
    await pause(5);
  }
  throw new Error('nothing came within ten seconds');
}
