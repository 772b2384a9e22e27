import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';

const { alice, bob, carol } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const Files = z.object({
  messages: z.array(z.object({ files: z.array(z.object({ url_private: z.url() })).default([]) })),
});
const system = { via: 'system', id: 'test' } as const;

describe.each(['socket', 'http'] as const)('what people type beside installing, over %s', (mode) => {
  let world: BotWorld;

  beforeAll(async () => {
    // Nothing answers there; a doctor asks all the same, and must not leave this machine.
    const nowhere = 'http://127.0.0.1:9';
    world = await startBotWorld(mode, {
      XEPA_APPROVERS: [bob, carol].join(','),
      XEPA_PUBLIC_URL: nowhere,
      XEPA_ISOS: JSON.stringify({ 'debian-13': { url: `${nowhere}/debian-13.iso` } }),
    });
  });
  afterAll(() => world.stop());

  async function installOf(device: string, fits: (record: InstallRecord) => boolean = () => true) {
    return vi.waitFor(async () => {
      const found = (await world.store.listRecent(100)).find((record) => record.device.name === device);
      if (!found || !fits(found)) throw new Error(`no such install of ${device}: ${found?.phase}`);
      return found;
    }, soon);
  }

  /** Types something and waits for an answer, new since then, that only this person sees and that holds the words. */
  async function told(user: string, text: string, words: string): Promise<SlackMessage> {
    const before = new Set((await world.slack.messages()).map((one) => one.ts));
    await world.slack.command(user, text);
    return vi.waitFor(async () => {
      const answers = (await world.slack.messages()).filter((one) => one.ephemeral_to === user && !before.has(one.ts));
      const found = answers.find((one) => JSON.stringify(one).includes(words));
      if (!found) throw new Error(`no such answer: ${JSON.stringify(answers)}`);
      return found;
    }, soon);
  }

  /** What is in the newest file of a conversation. */
  async function uploadedText(channel: string): Promise<string> {
    const body: unknown = await (await fetch(`${world.slack.url}/_control/messages/${channel}`)).json();
    const file = Files.parse(body)
      .messages.flatMap((one) => one.files)
      .at(-1);
    const headers = { Authorization: `Bearer ${world.slack.tokens.bot}` };
    return await (await fetch(file?.url_private ?? '', { headers })).text();
  }

  async function asked(device: string): Promise<InstallRecord> {
    await world.slack.command(alice, `install ${device} --iso debian-13 --reason "CHG-1 test"`);
    return installOf(device);
  }

  const become = (id: string, parts: Partial<InstallRecord>) =>
    world.store.update(id, (record) => ({
      record: { ...record, ...parts },
      note: { type: 'test-change', actor: system, detail: {} },
    }));

  test('approve and deny do by command what the buttons do', async () => {
    const { id } = await asked('db-01');
    await told(alice, `approve ${id}`, 'Approving needs the role approver, which you do not have');
    await told(bob, 'approve db-01', 'Installing');
    expect((await world.store.load(id)).approval).toMatchObject({ state: 'approved', by: { id: bob } });
    await told(carol, `deny ${id}`, 'too late');
    const events = (await world.store.events(id)).map((event) => `${event.type} ${event.actor.id}`);
    expect(events).toContain(`refused ${alice}`);
    expect(events).toContain(`approved ${bob}`);
    const other = await asked('db-02');
    await told(carol, `deny ${other.id} --reason "not <!channel> before Monday"`, 'Denied');
    const denied = await installOf('db-02', (record) => record.phase === 'denied');
    expect(denied.approval).toMatchObject({
      state: 'denied',
      by: { id: carol },
      reason: 'not <!channel> before Monday',
    });
    await vi.waitFor(async () => {
      const said = (await world.slack.messages()).find((one) => one.text.includes('before Monday'));
      expect(said?.text).toContain('&lt;!channel&gt;');
    }, soon);
    await told(alice, `retry ${other.id}`, 'Somebody decided against it');
  });

  test('release boots the metal while the console is open, and says else what to do', async () => {
    const { id } = await asked('web-01');
    await told(alice, `release ${id}`, 'The installer does not run yet');
    await become(id, { at: 'attend' });
    await told(alice, 'release web-01', 'is at');
    const released = await installOf('web-01', (record) => record.decision !== undefined);
    expect(released.decision).toMatchObject({ kind: 'boot-metal', by: { id: alice } });
    await told(alice, 'release web-01', 'is being booted already');
  });

  test('retry takes up a stuck undo', async () => {
    const { id } = await asked('web-02');
    const journal = [{ step: 'rescue' as const, state: 'undo-failed' as const, run: 'r', failures: 5, startedAt: 1 }];
    await become(id, { phase: 'stuck', journal });
    await told(alice, 'status', '1 stuck');
    await told(alice, `retry ${id}`, 'Failed, undoing');
    expect((await installOf('web-02')).phase).toBe('undo');
    await told(alice, `retry ${id}`, 'It has not ended');
  });

  test('retry asks anew for what failed, by the rules of today', async () => {
    const first = await asked('db-03');
    await told(bob, `approve ${first.id}`, 'is at');
    await become(first.id, { phase: 'undone' });
    await world.slack.command(carol, `retry ${first.id}`);
    const second = await installOf('db-03', (record) => record.id !== first.id);
    expect(second).toMatchObject({
      phase: 'approval',
      approval: { state: 'pending' },
      request: { iso: first.request.iso, reason: 'CHG-1 test', requestedBy: { id: carol } },
    });
    expect((await world.store.load(first.id)).phase).toBe('undone');
    // An approver, but not of what they asked for themselves.
    await told(carol, `approve ${second.id}`, 'somebody else has to decide');
    expect(await world.store.load(second.id)).toMatchObject({ phase: 'approval', approval: { votes: [] } });
    const last = (await world.store.events(second.id)).at(-1);
    expect(last).toMatchObject({ type: 'refused', actor: { id: carol }, detail: { what: 'approve' } });
  });

  test('list is filtered and paged', async () => {
    const waiting = await asked('db-04');
    const approvals = await told(bob, 'list approvals', waiting.id);
    expect(JSON.stringify(approvals)).toContain('db-04 has the tag prod');
    expect(JSON.stringify(await told(bob, 'list --mine', 'no such install'))).not.toContain(waiting.id);
    await told(alice, 'list --mine --device DB-04 --state waiting', waiting.id);
    await told(alice, 'list --state failed', 'installs, newest first');
    await told(alice, 'list --state odd', '`--state` is one of');
    await told(alice, 'list --page 0', '`--page` is a number');
    await told(alice, 'list weather', 'There is no list of `weather`');
    const now = Date.now();
    for (let old = 0; old < 16; old += 1) {
      const record = { ...waiting, id: `xe-old${old}`, createdAt: now - 100_000 - old, rev: 0, phase: 'done' as const };
      await world.store.create(record, { type: 'requested', actor: system, detail: {} });
    }
    await told(alice, 'list --state done', 'Page 1 of 2');
    const second = await told(alice, 'list --state done --page 2', 'Page 2 of 2: 1 installs');
    expect(JSON.stringify(second)).toContain('xe-old15');
  });

  test('status shows what there is to do, with buttons that work, and may be shared', async () => {
    const ready = await asked('web-03');
    await become(ready.id, { at: 'attend' });
    const waiting = await installOf('db-04');
    // The buttons of a card are for one round of it.
    const value = `${waiting.id}#${waiting.approval?.round}`;
    const board = await told(bob, 'status', 'waiting for approval');
    expect(findButton(board, 'xepa.show')).toBeDefined();
    expect(findButton(board, 'xepa.console')).toBeDefined();
    const names = board.blocks.flatMap((block) => (typeof block.block_id === 'string' ? [block.block_id] : []));
    expect(new Set(names).size).toBe(names.length);
    await world.slack.clickOn(board, { user: carol, actionId: 'xepa.show', value: waiting.id });
    const card = await vi.waitFor(async () => {
      const found = (await world.slack.messages()).find(
        (one) => one.ephemeral_to === carol && findButton(one, 'xepa.approve')?.value === value,
      );
      if (!found) throw new Error('no card');
      return found;
    }, soon);
    await world.slack.clickOn(card, { user: carol, actionId: 'xepa.approve', value });
    await installOf('db-04', (record) => record.phase === 'forward');

    await world.slack.command(bob, `status ${ready.id} --share`);
    const shared = await vi.waitFor(async () => {
      const found = (await world.slack.messages()).find((one) => JSON.stringify(one).includes(`shown by <@${bob}>`));
      if (!found) throw new Error('nothing was shared');
      return found;
    }, soon);
    expect([shared.ephemeral_to, findButton(shared, 'xepa.console')]).toEqual([undefined, undefined]);
    await told(bob, 'status --share', 'Which install');
  });

  test('whoami says who somebody is and what they may do', async () => {
    const approver = JSON.stringify(await told(bob, 'whoami', `<@${bob}>, a full member`));
    expect(approver).toContain('You may approve and deny');
    const member = JSON.stringify(await told(alice, 'whoami', 'You may ask for installs'));
    expect(member).toContain(
      'You may not approve and deny what others ask for: Approving needs the role approver, which you do not have',
    );
    expect(member).toContain('You may not add ISOs to the library');
    expect(approver).not.toContain('You may not');
  });

  test('audit tells, proves and exports the trail to those who may read it', async () => {
    const { id } = await installOf('db-01');
    await told(alice, `audit ${id}`, 'Reading the audit trail needs the role auditor, which you do not have');
    const trail = JSON.stringify(await told(bob, `audit ${id}`, 'events in the audit trail of install'));
    expect(trail).toContain(`<@${alice}> asked for the install: “CHG-1 test”`);
    expect(trail).toContain(`<@${bob}> approved it`);
    expect(trail).toContain(`<@${alice}> was refused “approve”`);
    await told(bob, 'audit db-01 --since 1m', 'the last `1m`');
    await told(bob, 'audit --since yesterday', 'is no time');
    await told(bob, `audit ${id} --verify`, 'is whole');
    await told(bob, 'audit --verify', 'audit trails of the newest installs and of what concerns none are whole');
    await told(bob, 'audit --verify --since 1d', 'from its beginning');
    await told(bob, 'audit --export pdf', '`--export` is `csv` or `jsonl`');
    await told(bob, `audit ${id} --export csv`, 'are in a file in your messages');
    const [uploaded] = (await world.slack.calls('files.completeUploadExternal')).slice(-1);
    expect(JSON.stringify(uploaded?.detail)).toContain('XEPA audit trail');
    const csv = await uploadedText(String(uploaded?.detail.channel_id));
    expect(csv.split('\r\n')[0]).toBe(
      '"time","install","device","seq","type","via","actor","detail","rev","prev","hash"',
    );
    expect(csv).toContain(`"${id}","db-01","1","requested","slack","${alice}"`);
  });

  test('audit names the first trail that was changed', async () => {
    const { id } = await installOf('web-01');
    const key = `xepa:{${id}}:events`;
    const entries = await world.redis.xrange(key, '-', '+');
    await world.redis.del(key);
    for (const [entry, [field = '', text = '']] of entries) {
      await world.redis.xadd(key, entry, field, text.replace('"requested"', '"Requested"'));
    }
    await told(carol, `audit ${id} --verify`, `trail of install \`${id}\` is broken: event 1 was changed`);
    await told(carol, 'audit --verify', 'trails are broken');
    await told(carol, 'audit xe-nobody --verify', 'There is no install');
    const record = `xepa:{${id}}:record`;
    const json = (await world.redis.hget(record, 'json')) ?? '';
    await world.redis.hset(record, 'json', json.replace('"audit"', '"audjt"'));
    await told(carol, `audit ${id} --verify`, 'the record cannot be read');
    await told(carol, 'audit --verify', 'trails are broken');
    await world.redis.hset(record, 'json', json);
  });

  test('doctor answers approvers with what needs something first', async () => {
    await told(alice, 'doctor', 'Reading the audit trail needs the role auditor, which you do not have');
    const report = await told(bob, 'doctor', '🩺');
    const text = JSON.stringify(report);
    expect(text).toContain('⚠️ look at  *console* public address: http://127.0.0.1:9 does not answer');
    expect(text).toContain('✅ ok  *redis* persistence');
    expect(text).toContain(mode === 'http' ? '*slack* requests: Slack reaches the bot' : '*slack* socket');
    expect(text.indexOf('⚠️ look at')).toBeLessThan(text.indexOf('✅ ok'));
    expect(text).not.toMatch(/xoxb-|xapp-|a-secret-for-tests/);
  });

  test('help explains every command', async () => {
    const help = await told(carol, 'help', 'installs any ISO');
    for (const verb of ['audit', 'doctor', 'whoami', 'retry', 'release', 'approve', 'deny']) {
      expect(JSON.stringify(help)).toContain(`/xepa ${verb}`);
    }
  });
});
