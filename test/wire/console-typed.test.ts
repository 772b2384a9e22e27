import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(() => bench.close());

function post(id: string, cookie: string, body: unknown): Promise<Response> {
  return bench.ask(`/api/console/${id}/typed`, { cookie, body });
}

describe('text that the page types', () => {
  it.each([
    ['of a text how long it is', { layout: 'de-nodeadkeys', characters: 1_000 }],
    ['of a password that it was one', { layout: 'us', secret: true }],
    ['which SysRq it was', { sysRq: 'b' }],
  ])('is on the audit trail: %s', async (_what, detail) => {
    const id = `xe-typ-${Object.keys(detail).join('-').toLowerCase()}`;
    await bench.install(id);
    expect((await post(id, await bench.enter(id), detail)).status).toBe(200);
    const last = (await bench.store.events(id)).at(-1);
    expect(last).toMatchObject({ type: 'console-typed', actor: { via: 'console', id: 'U01ALICE' } });
    expect(last?.detail).toEqual(detail);
  });

  it('is refused with more or less than that', async () => {
    await bench.install('xe-typbad');
    const cookie = await bench.enter('xe-typbad');
    const bodies = [
      { layout: 'us', characters: 5, text: 'hello' },
      { layout: 'us', secret: true, characters: 5 },
      { layout: '<b>', characters: 5 },
      { layout: 'us', characters: 0 },
      { sysRq: 'bb' },
      {},
    ];
    for (const body of bodies) expect((await post('xe-typbad', cookie, body)).status).toBe(400);
    expect((await bench.store.events('xe-typbad')).map(({ type }) => type)).not.toContain('console-typed');
  });

  it('is refused to somebody who watches, with a line in the audit trail', async () => {
    await bench.install('xe-typwatch');
    const cookie = await bench.enter('xe-typwatch', 'U01ALICE', 'view');
    const response = await post('xe-typwatch', cookie, { layout: 'us', characters: 5 });
    expect(response.status).toBe(403);
    const last = (await bench.store.events('xe-typwatch')).at(-1);
    expect(last).toMatchObject({ type: 'refused', detail: { what: 'console-typed' } });
  });
});
