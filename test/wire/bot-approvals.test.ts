import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { confirmVote } from '../../web-console/step-up/confirm-vote.ts';
import { approvalRules } from '../support/approval-rules.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import { startProxiedWorld } from '../support/proxied-world.ts';

const { alice, bob, carol, channel, team } = workspace;
const soon = { timeout: 15_000, interval: 40 };
/** An edit may have to wait for its turn: the tests here make more of them than Slack lets through at once. */
const rationed = { timeout: 60_000, interval: 100 };

describe.each(['socket', 'http'] as const)('approvals over %s', (mode) => {
  const folder = mkdtempSync(join(tmpdir(), 'xepa-approvals-'));
  const file = join(folder, 'policy.yaml');
  let world: Awaited<ReturnType<typeof startProxiedWorld>>;

  beforeAll(async () => {
    writeFileSync(file, approvalRules({ group: 'S0LEADS', label: 'leads' }));
    world = await startProxiedWorld(mode, { XEPA_POLICY_FILE: file });
    // Bob is in both, Carol in one of them.
    world.proxy.setGroup({ id: 'S0LEADS', handle: 'sre-leads', users: [bob] });
    world.proxy.setGroup({ id: 'S0DBA', handle: 'dba', users: [bob, carol] });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function installOf(device: string, fits: (record: InstallRecord) => boolean = () => true) {
    return vi.waitFor(async () => {
      const found = (await world.store.listRecent(100)).find((record) => record.device.name === device);
      if (!found || !fits(found)) throw new Error(`no such install of ${device}: ${JSON.stringify(found?.approval)}`);
      return found;
    }, soon);
  }

  async function message(
    what: string,
    fits: (message: SlackMessage) => boolean,
    patience = soon,
  ): Promise<SlackMessage> {
    return vi.waitFor(async () => {
      const found = (await world.slack.messages()).find(fits);
      if (!found) throw new Error(`no message ${what}`);
      return found;
    }, patience);
  }

  const whisper = (user: string, words: string) =>
    message(`for ${user}: ${words}`, (one) => one.ephemeral_to === user && JSON.stringify(one).includes(words));
  const inThread = (words: string) =>
    message(words, (one) => one.thread_ts !== undefined && JSON.stringify(one).includes(words), rationed);

  const cardOf = (id: string, round = 1) =>
    message(`card of ${id}`, (one) => findButton(one, 'xepa.approve')?.value === `${id}#${round}`);

  /** Asks for an install; gives the record and its card. */
  async function request(device: string, more = '') {
    await world.slack.command(alice, `install ${device} --iso debian-13 ${more}`);
    const { id } = await installOf(device, (record) => record.phase === 'approval');
    return { id, card: await cardOf(id) };
  }

  /** What the page of passkeys writes when Bob has shown his. */
  async function showPasskey(id: string): Promise<void> {
    const { approval } = await world.store.load(id);
    const { round = 0, digest = '' } = approval ?? {};
    const claim = { team, voter: bob, round, digest, credential: 'cred-1' };
    await world.store.update(id, (record) => confirmVote(record, claim, Date.now()));
  }

  const press = (card: SlackMessage, user: string, verb: 'approve' | 'deny', value: string) =>
    world.slack.clickOn(card, { user, actionId: `xepa.${verb}`, value });
  const refusals = async (id: string) => (await world.store.events(id)).filter(({ type }) => type === 'refused');

  test('two groups have to agree: never the requester, never a guest, nobody for two', async () => {
    const { id, card } = await request('db-01');
    const vote = (user: string) => press(card, user, 'approve', `${id}#1`);
    await vote(alice);
    await whisper(alice, 'somebody else has to decide');
    world.proxy.setPerson(carol, { is_restricted: true });
    await vote(carol);
    await whisper(carol, 'Guests may not do this');
    world.proxy.setPerson(carol, { is_restricted: false, deleted: true });
    await vote(carol);
    await vi.waitFor(async () => expect(await refusals(id)).toHaveLength(3), soon);
    world.proxy.setPerson(carol, { deleted: false });

    await vote(bob);
    await whisper(bob, 'Your vote counts. Still needed: 1 × ');
    await vote(bob);
    await whisper(bob, 'You have voted on this already');
    expect((await installOf('db-01')).phase).toBe('approval');

    world.proxy.setGroup({ id: 'S0DBA', handle: 'dba', users: [bob] });
    await vote(carol);
    await whisper(carol, 'Only these may decide: sre-leads, dba.');
    world.proxy.setGroup({ id: 'S0DBA', handle: 'dba', users: [bob, carol] });
    await vote(carol);
    const { approval } = await installOf('db-01', ({ phase }) => phase === 'forward');
    expect(approval?.votes.map(({ by }) => by.id)).toEqual([bob, carol]);
    expect((await refusals(id)).map(({ actor }) => actor.id)).toEqual([alice, carol, carol, bob, carol]);
  });

  test('who has to agree is told in their own messages, and those copies are put right as well', async () => {
    const { id } = await installOf('db-01');
    const copies = (method: string) =>
      world.proxy.calls(method).filter(({ args }) => args.blocks?.includes(id) && args.channel !== channel);
    const told = copies('chat.postMessage').filter(({ args }) => args.blocks?.includes('Approval needed'));
    expect(new Set(told.map(({ args }) => args.channel))).toEqual(new Set([bob, carol]));
    const says = `approved by <@${bob}> and <@${carol}>`;
    await vi.waitFor(() => {
      const settled = world.proxy.calls('chat.update').filter(({ args }) => args.blocks?.includes(says));
      expect(new Set(settled.map(({ args }) => args.channel)).size).toBe(3);
    }, soon);
  });

  test('who denies says why in a form; a late click is told what was decided', async () => {
    const { id, card } = await request('db-02');
    await press(card, bob, 'deny', `${id}#1`);
    await vi.waitFor(() => expect(world.proxy.calls('views.open').length).toBeGreaterThan(0), soon);
    expect((await installOf('db-02')).phase).toBe('approval');
    // Typed, a reason is none either that says nothing.
    await world.slack.command(bob, `deny ${id} --reason "  no     "`);
    await whisper(bob, 'The policy wants a reason for a no');
    const reason = (value: string) => ({ 'field.reason': { value: { type: 'plain_text_input', value } } });
    await world.slack.submit(bob, reason('no'));
    await world.slack.submit(bob, reason('not before the backup is done'));
    const { approval } = await installOf('db-02', ({ phase }) => phase === 'denied');
    expect(approval).toMatchObject({ state: 'denied', by: { id: bob }, reason: 'not before the backup is done' });
    await inThread('not before the backup is done');
    await press(card, carol, 'approve', `${id}#1`);
    await whisper(carol, `already denied by <@${bob}>`);
    expect((await installOf('db-02')).phase).toBe('denied');
  });

  test('a device whose name has to be typed is not asked for without it, and a plan touches nothing', async () => {
    await world.slack.command(alice, 'install db-03 --iso debian-13 --dry-run');
    await whisper(alice, 'What installing debian-13 on db-03 would do');
    await world.slack.command(alice, 'install db-03 --iso debian-13');
    await whisper(alice, 'add its name once more');
    await world.slack.command(alice, 'install db-03 --iso debian-13 --confirm db-3');
    await world.slack.command(bob, 'plan db-03 --iso debian-13');
    await whisper(bob, 'Nothing was touched');
    expect((await world.store.listRecent(100)).filter(({ device }) => device.name === 'db-03')).toEqual([]);
    const { id, card } = await request('db-03', '--confirm db-03');
    await Promise.all([press(card, bob, 'approve', `${id}#1`), press(card, bob, 'approve', `${id}#1`)]);
    const { approval } = await installOf('db-03', ({ phase }) => phase === 'forward');
    expect(approval?.votes).toHaveLength(1);
  });

  test('of a yes and a no at once one counts, and the other is told', async () => {
    const { id, card } = await request('web-04');
    await press(card, bob, 'approve', `${id}#1`);
    await installOf('web-04', ({ approval }) => approval?.votes.length === 1);
    await Promise.all([press(card, carol, 'approve', `${id}#1`), press(card, bob, 'deny', `${id}#1`)]);
    const { phase } = await installOf('web-04', (record) => record.approval?.state !== 'pending');
    const loser = phase === 'denied' ? carol : bob;
    await whisper(loser, 'Your click came too late');
    expect((await world.store.events(id)).filter(({ type }) => ['approved', 'denied'].includes(type))).toHaveLength(1);
  });

  test('the glass is broken by few, with a reason, in the open, and can be stopped', async () => {
    const { id, card } = await request('db-04');
    await world.slack.command(bob, `breakglass ${id} --reason "the primary is gone for good"`);
    await vi.waitFor(async () => expect(await refusals(id)).toHaveLength(1), soon);
    await world.slack.command(carol, `breakglass ${id} --reason "now"`);
    await whisper(carol, 'at least 20');
    await world.slack.command(carol, `breakglass ${id} --reason "the primary is gone for good"`);
    await inThread('goes ahead without votes');
    await message('notice', (one) => !one.thread_ts && one.text.includes('goes ahead without votes on `db-04`'));
    await press(card, bob, 'deny', `${id}#1`);
    await installOf('db-04', ({ phase }) => phase === 'denied');
  });

  test('an emergency is reviewed by somebody else', async () => {
    const { id } = await request('web-05');
    await world.slack.command(carol, `breakglass ${id} --reason "the primary is gone for good"`);
    await installOf('web-05', ({ approval }) => approval?.breakGlass !== undefined);
    await world.slack.command(carol, `review ${id} --note "I was right"`);
    await whisper(carol, 'somebody else has to review it');
    await world.slack.command(bob, `review ${id} --note "justified"`);
    const reviewed = await installOf('web-05', ({ approval }) => approval?.breakGlass?.review !== undefined);
    expect(reviewed.approval?.breakGlass?.review).toMatchObject({ by: { id: bob }, note: 'justified' });
  });

  test('where a passkey is wanted, the click alone does not count', async () => {
    const { id, card } = await request('db-05');
    await press(card, bob, 'approve', `${id}#1`);
    const link = await message(
      'link',
      (one) => one.ephemeral_to === bob && findButton(one, 'xepa.open-link') !== undefined,
    );
    expect(findButton(link, 'xepa.open-link')?.url).toMatch(/^https:\/\/xepa\.example\.com\/p#/);
    const { phase, approval } = await installOf('db-05');
    expect([phase, approval?.votes.map(({ stepUp }) => stepUp)]).toEqual(['approval', ['awaited']]);
  });

  test('"who would have to approve this, now?" is answered in a sentence', async () => {
    await world.slack.command(alice, 'policy test install --device db-01');
    const said = 'needs 2 approvals: 1 of sre-leads and 1 of dba, by rule databases; nobody counts twice';
    await whisper(alice, said);
  });

  test('a tag that keeps a rule away is given by no operator alone', async () => {
    await world.slack.command(alice, 'device tag web-09 --add lab');
    await whisper(alice, 'needs the role admin');
    await world.slack.command(alice, 'device tag web-09 --add rack-4');
    await whisper(alice, 'rack-4');
  });

  test('where a passkey is awaited, pressing again is judged like the first time', async () => {
    const { id } = await installOf('db-05');
    const card = await cardOf(id);
    const before = (await refusals(id)).length;
    world.proxy.setPerson(bob, { is_restricted: true });
    await press(card, bob, 'approve', `${id}#1`);
    await vi.waitFor(async () => expect((await refusals(id)).length).toBe(before + 1), soon);
    world.proxy.setPerson(bob, { is_restricted: false });
  });

  test('a passkey does not make a vote count that may not count any more', async () => {
    const { id } = await installOf('db-05');
    world.proxy.setPerson(bob, { is_restricted: true });
    await showPasskey(id);
    await installOf('db-05', ({ approval }) => approval?.votes.length === 0);
    world.proxy.setPerson(bob, { is_restricted: false });
    await inThread(`The vote of <@${bob}> did not count`);
    expect((await refusals(id)).at(-1)).toMatchObject({ actor: { id: bob }, detail: { what: 'approve' } });

    const again = await cardOf(id);
    await press(again, bob, 'approve', `${id}#1`);
    await installOf('db-05', ({ approval }) => approval?.votes.length === 1);
    await world.slack.command(carol, 'freeze --until 2h --reason "the line is cut"');
    await message('frozen', (one) => JSON.stringify(one).includes('the line is cut'));
    await showPasskey(id);
    await installOf('db-05', ({ approval }) => approval?.turnedAway?.why.join().includes('the line is cut') ?? false);
    await world.slack.command(carol, 'thaw');
    await message('thawed', (one) => JSON.stringify(one).includes('thawed everything'));

    await press(again, bob, 'approve', `${id}#1`);
    await installOf('db-05', ({ approval }) => approval?.votes.length === 1);
    await showPasskey(id);
    const { approval } = await installOf('db-05', ({ phase }) => phase === 'forward');
    expect(approval).toMatchObject({ state: 'approved', by: { id: bob }, votes: [{ stepUp: 'done' }] });
    expect(approval?.turnedAway).toBeUndefined();
  });

  test('when the policy asks for others, the votes are void, the card says why, and old buttons do nothing', async () => {
    const { id, card } = await request('web-09');
    writeFileSync(file, approvalRules({ group: 'S0DBA', label: 'database people' }));
    // A new policy counts after two looks at the same text.
    await vi.waitFor(
      async () => {
        await world.slack.command(bob, 'policy test install --device web-09');
        const said = JSON.stringify((await world.slack.messages()).filter((one) => one.ephemeral_to === bob));
        expect(said).toContain('1 of database people');
      },
      { ...soon, interval: 500 },
    );
    await press(card, bob, 'approve', `${id}#1`);
    const now = await installOf('web-09', ({ approval }) => approval?.round === 2);
    expect(now).toMatchObject({ phase: 'approval', approval: { votes: [], needs: [{ groups: ['S0DBA'] }] } });
    const again = await cardOf(id, 2);
    expect(JSON.stringify(again)).toContain('the votes before are void');
    await press(card, carol, 'approve', `${id}#1`);
    await whisper(carol, 'older card');
    await press(again, carol, 'approve', `${id}#2`);
    await installOf('web-09', ({ phase }) => phase === 'forward');
  });
});
