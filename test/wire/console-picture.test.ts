import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../core/clock.ts';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { cancelInstall } from '../../core/decisions.ts';
import { createPageAnswers } from '../../core/page-answers.ts';
import { createWishes, type Wishes } from '../../core/wishes.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
let wishes: Wishes;
beforeAll(async () => {
  bench = await startConsoleBench();
  wishes = createWishes({ redis: bench.redis, clock: systemClock });
});
afterAll(() => bench.close());

const Asked = z.object({ nonce: z.string() });
const slack = { team: 'T01', channel: 'C01OPS' };

/** Somebody at the console of an install who wants pictures in its thread. */
async function somebodyAt(id: string, right: ConsoleRight = 'control', user = 'U01ALICE') {
  const cookie = await bench.enter(id, user, right);
  const path = `/api/console/${id}/picture`;
  return {
    ask: (headers = {}) => bench.ask(path, { cookie, body: {}, headers }),
    news: (nonce: string) => bench.ask(`${path}/${nonce}`, { cookie }),
  };
}

describe('a picture for the thread', () => {
  it.each(['control', 'view'] as const)('may be asked for with a link to %s, and waits for the bot', async (right) => {
    const { id } = await bench.install(`xe-pic-${right}`, { slack });
    const person = await somebodyAt(id, right, `U-${right}`);
    const response = await person.ask();
    expect(response.status).toBe(200);
    const { nonce } = Asked.parse(await response.json());
    expect(await wishes.open(id)).toEqual([]);
    const asked = { what: 'picture', by: `U-${right}`, channel: slack.channel, onPage: true, nonce };
    expect(await wishes.unjudged(id)).toMatchObject([asked]);
    const last = (await bench.store.events(id)).at(-1);
    expect(last).toMatchObject({ type: 'picture-asked', actor: { via: 'console', id: `U-${right}` } });
  });

  it('is waited for until the bot tells what became of it', async () => {
    const { id } = await bench.install('xe-picnews', { slack });
    const person = await somebodyAt(id);
    const { nonce } = Asked.parse(await (await person.ask()).json());
    expect(await (await person.news(nonce)).json()).toEqual({ state: 'waiting' });
    await createPageAnswers({ redis: bench.redis }).tell(id, nonce, { state: 'posted' });
    expect(await (await person.news(nonce)).json()).toEqual({ state: 'posted' });
    expect((await person.news('a:b')).status).toBe(400);
  });

  it('is refused when somebody wants many, with a sentence', async () => {
    const { id } = await bench.install('xe-picmany', { slack });
    const person = await somebodyAt(id, 'view', 'U-MANY');
    const answers = [];
    for (let n = 0; n < 7; n += 1) answers.push(await person.ask());
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect(await answers.at(-1)?.json()).toMatchObject({ refused: 'too-fast' });
    expect(await wishes.unjudged(id)).toHaveLength(6);
  });

  it('is refused where there is no thread, no screen any more, no session, or another page asks', async () => {
    const note = { type: 'test', actor: { via: 'system', id: 'test' } as const, detail: {} };
    await bench.install('xe-piclone');
    await bench.store.update('xe-piclone', ({ slack: _none, ...record }) => ({ record, note }));
    const lonely = await somebodyAt('xe-piclone', 'control', 'U-LONE');
    expect(await (await lonely.ask()).json()).toMatchObject({ refused: 'machine-refuses' });
    const { id } = await bench.install('xe-picend', { slack });
    const person = await somebodyAt(id, 'control', 'U-END');
    expect((await person.ask({ Origin: 'https://elsewhere.example' })).status).toBe(403);
    const stranger = await bench.ask(`/api/console/${id}/picture`, { body: {} });
    expect(stranger.status).toBe(401);
    await bench.store.update(id, (now) => cancelInstall(now, { via: 'slack', id: 'U02BOB' }, Date.now()));
    expect(await (await person.ask()).json()).toMatchObject({ refused: 'ended' });
    expect(await wishes.all(id)).toEqual([]);
  });
});
