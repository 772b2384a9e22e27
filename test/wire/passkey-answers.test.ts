import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerByHand, plugIn } from '../support/authenticator.ts';
import { button, type PasskeyStage, startPasskeyStage } from '../support/passkey-stage.ts';
import { bobHere, bobsVote } from '../support/step-up-bench.ts';

let stage: PasskeyStage;

beforeAll(async () => {
  stage = await startPasskeyStage();
}, 60_000);
beforeEach(() => stage.reset());
afterAll(() => stage.close());

describe('an answer of a passkey', () => {
  it('counts once: a replay is refused, by the challenge and by the vote', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-repl01', { needs: [{ label: 'two', count: 2, users: [], groups: [] }] });
    await stage.openLink(page, await stage.bench.voteTicket('xe-repl01'));
    await stage.reaches(page, 'confirm');
    const sent = page.waitForRequest(/\/api\/step-up\/answer$/);
    const counted = stage.bench.botCounts('xe-repl01');
    await button(page, 'Confirm with passkey').click();
    await counted;
    const body = (await sent).postDataJSON();
    await stage.reaches(page, 'counted');
    const cookie = await stage.bench.cookie(page);
    const again = await stage.post('answer', body, cookie);
    const gone = { refused: 'passkey-refused', message: expect.stringContaining('asked for too long ago') };
    expect(again).toMatchObject({ status: 403, body: gone });
    expect((await stage.post('offer', {}, cookie)).body).toMatchObject({ refused: 'vote-void' });

    // The same answer to the fresh challenge of another vote.
    await stage.bench.waiting('xe-repl02');
    await stage.openLink(page, await stage.bench.voteTicket('xe-repl02'));
    await stage.reaches(page, 'confirm');
    const next = await stage.bench.cookie(page);
    expect((await stage.post('offer', {}, next)).status).toBe(200);
    expect(await stage.post('answer', body, next)).toMatchObject({ status: 403 });
    expect((await stage.bench.store.load('xe-repl02')).phase).toBe('approval');
    expect(await stage.lastEvent('xe-repl02')).toMatchObject({
      type: 'refused',
      detail: { reason: 'passkey-refused' },
    });
    await page.close();
  });

  it('that another origin fetched is refused, though its signature is right', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-orig01');
    await stage.openLink(page, await stage.bench.voteTicket('xe-orig01'));
    await stage.reaches(page, 'confirm');
    const cookie = await stage.bench.cookie(page);
    const elsewhere = (await stage.bench.replica()).replace('127.0.0.1', 'localhost');
    await page.goto(`${elsewhere}/p`);
    const relayed = await stage.post('offer', {}, cookie);
    const answer = await answerByHand(page, relayed.body.options);
    expect(await stage.post('answer', { answer }, cookie)).toMatchObject({
      status: 403,
      body: { refused: 'passkey-refused' },
    });
    expect((await stage.bench.store.load('xe-orig01')).phase).toBe('approval');

    // The very same by hand, at our own origin, is good: nothing but the origin was wrong.
    await page.goto(`${stage.bench.url}/p`);
    const ours = await stage.post('offer', {}, cookie);
    const good = await answerByHand(page, ours.body.options);
    const counted = stage.bench.botCounts('xe-orig01');
    expect(await stage.post('answer', { answer: good }, cookie)).toMatchObject({ status: 200 });
    await counted;
    expect((await stage.bench.store.load('xe-orig01')).phase).toBe('forward');
    await page.close();
  });

  it('without the person being recognised is refused', async () => {
    const page = await stage.browser.page();
    const authenticator = await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-user01');
    await stage.openLink(page, await stage.bench.voteTicket('xe-user01'));
    await stage.reaches(page, 'confirm');
    const cookie = await stage.bench.cookie(page);
    const offered = await stage.post('offer', {}, cookie);
    expect(offered.body.options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    await authenticator.recognise(false);
    const answer = await answerByHand(page, { ...offered.body.options, userVerification: 'discouraged' });
    expect(await stage.post('answer', { answer }, cookie)).toMatchObject({ status: 403 });
    expect((await stage.bench.store.load('xe-user01')).phase).toBe('approval');
    await page.close();
  });

  it("of somebody else's passkey is refused", async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    const carol = { ...bobHere, user: 'U03CAROL' };
    const [passkey] = await stage.bench.passkeys.list(bobHere);
    if (passkey) await stage.bench.passkeys.add(carol, { ...passkey, id: 'Y2Fyb2w' }, null);
    await stage.bench.waiting('xe-else01', { votes: [{ ...bobsVote, by: { via: 'slack', id: carol.user } }] });
    await stage.openLink(page, await stage.bench.voteTicket('xe-else01', carol));
    await stage.reaches(page, 'confirm');
    const cookie = await stage.bench.cookie(page);
    const { body } = await stage.post('offer', {}, cookie);
    const answer = await answerByHand(page, { ...body.options, allowCredentials: [] });
    expect(await stage.post('answer', { answer }, cookie)).toMatchObject({ status: 403 });
    expect((await stage.bench.store.load('xe-else01')).phase).toBe('approval');
    await page.close();
  });
});

it('the page has logged no error and broken no policy in any of this', () => {
  expect(stage.complaints()).toEqual([]);
});
