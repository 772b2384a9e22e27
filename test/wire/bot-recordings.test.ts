import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createRecordingIndex } from '../../core/recording-index.ts';
import { createRecordingLinks } from '../../core/recording-links.ts';
import { createTickets } from '../../core/tickets.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';

const { alice, bob, carol } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const DAY_MS = 86_400_000;
const policy = `version: 1
roles:
  viewer: { everyone: true }
  operator: { users: [${alice}, ${bob}] }
  approver: { users: [${carol}] }
rules:
  - name: one-yes
    match: { actions: [install], tags: [prod] }
    require: [{ approvals: 1 }]
  - name: recorded
    match: { actions: [install], tags: [prod] }
    record: { keep: 30d }
`;

let world: BotWorld;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xepa-policy-'));
  writeFileSync(join(folder, 'policy.yaml'), policy);
  world = await startBotWorld('socket', { XEPA_POLICY_FILE: join(folder, 'policy.yaml') });
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

async function asked(device: string): Promise<InstallRecord> {
  await world.slack.command(alice, `install ${device} --iso debian-13`);
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(50)).find((record) => record.device.name === device);
    if (!found) throw new Error('not recorded yet');
    return found;
  }, soon);
}

/** What somebody alone sees, and holds these words. */
const whisper = (user: string, words: string): Promise<SlackMessage> =>
  vi.waitFor(async () => {
    const fits = (one: SlackMessage) => one.ephemeral_to === user && JSON.stringify(one).includes(words);
    const found = (await world.slack.messages()).findLast(fits);
    if (!found) throw new Error(`nobody told ${user}: ${words}`);
    return found;
  }, soon);

const told = async (id: string, type: string) => (await world.store.events(id)).filter((event) => event.type === type);

describe('what the policy says of recording', () => {
  test('stands in the record of the install, and nowhere where no rule asks for it', async () => {
    expect((await asked('db-01')).recording).toEqual({ keepMs: 30 * DAY_MS, rules: ['recorded'] });
    expect((await asked('web-01')).recording).toBeUndefined();
    await world.slack.command(alice, 'policy test install --device db-02');
    await whisper(alice, 'Its console is recorded, by rule recorded, and that is kept for 30 days.');
  });

  test('comes with the link to the console: in words, and in the ticket for the page', async () => {
    const { id } = await asked('db-03');
    const note = { type: 'test-attend', actor: { via: 'system', id: 'test' } as const, detail: {} };
    await world.store.update(id, (record) => ({ record: { ...record, phase: 'forward', at: 'attend' }, note }));
    await world.slack.command(alice, `console ${id}`);
    const link = await whisper(alice, 'This console is recorded; recordings are kept for 30 days.');
    const ticket = new URL(findButton(link, 'xepa.open-link')?.url ?? '').hash.slice(1);
    const tickets = createTickets({ redis: world.redis, keyring: parseKeyring(world.secret), clock: systemClock });
    expect(await tickets.redeem(ticket)).toMatchObject({ ok: true, claims: { installId: id, recorded: true } });
  });
});

describe('/xepa recordings', () => {
  const recording = 'r0123456789ab';

  test('lists them for who may, and gives each a link of their own that opens one of them', async () => {
    const { id } = await asked('db-04');
    await world.slack.command(alice, `recordings ${id}`);
    await whisper(alice, 'nobody has had the console open in that time');
    const startedAt = Date.now() - 65_000;
    const entry = { id: recording, user: alice, right: 'control' as const, startedAt, seenAt: startedAt + 60_000 };
    await createRecordingIndex(world.redis).put(id, { ...entry, bytes: 4_000, keepMs: 30 * DAY_MS, end: 'left' });
    await world.slack.command(carol, 'recordings db-04');
    const list = await whisper(carol, recording);
    await world.slack.clickOn(list, { user: carol, actionId: 'xepa.play', value: `${id} ${recording}` });
    const link = await whisper(carol, 'A recording of the console of db-04 is one click away');
    const url = new URL(findButton(link, 'xepa.open-link')?.url ?? '');
    expect(url.origin + url.pathname).toBe('https://xepa.example.com/r');
    const links = createRecordingLinks({
      redis: world.redis,
      keyring: parseKeyring(world.secret),
      clock: systemClock,
    });
    expect(await links.redeem(url.hash.slice(1))).toMatchObject({
      ok: true,
      claims: { installId: id, recording, slackUser: carol },
    });
    expect(await told(id, 'recording-link-issued')).toMatchObject([{ actor: { id: carol }, detail: { recording } }]);
    expect(JSON.stringify(await world.store.events(id))).not.toContain(url.hash.slice(1));
  });

  test('is refused to an operator who has no part in the install, by command and by button', async () => {
    const { id } = await asked('db-05');
    await world.slack.command(bob, `recordings ${id}`);
    await whisper(bob, 'This device is protected');
    await world.slack.command(carol, `recordings ${id}`);
    const list = await whisper(carol, id);
    await world.slack.clickOn(list, { user: bob, actionId: 'xepa.play', value: `${id} ${recording}` });
    await vi.waitFor(async () => expect(await told(id, 'refused')).toHaveLength(2), soon);
    expect(await told(id, 'refused')).toMatchObject([
      { actor: { id: bob }, detail: { what: 'recordings' } },
      { actor: { id: bob }, detail: { what: 'recordings' } },
    ]);
    expect(await told(id, 'recording-link-issued')).toEqual([]);
  });

  test('says so when there is no such recording', async () => {
    const { id } = await asked('web-02');
    await world.slack.command(alice, `recordings ${id} --play r000000000000`);
    await whisper(alice, 'There is no recording `r000000000000` of this install');
    expect(await told(id, 'recording-link-issued')).toEqual([]);
  });
});
