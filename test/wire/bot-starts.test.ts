import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { anApproval } from '../support/an-approval.ts';
import { anInstall } from '../support/an-install.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import { startProxiedWorld } from '../support/proxied-world.ts';

const { alice, bob, carol, channel } = workspace;
const soon = { timeout: 20_000, interval: 40 };
const everyHour = '"Mon 00:00-Fri 00:00", "Fri 00:00-Mon 00:00"';

const policy = `
version: 1
roles:
  viewer: { everyone: true }
  operator: { everyone: true }
  approver: { everyone: true }
  commander: { users: [${carol}] }
rules:
  - name: databases
    match: { actions: [install], devices: [db-01, db-02, db-03] }
    require: [{ approvals: 1 }]
  - name: emergencies
    match: { actions: [install], devices: [db-04, db-05] }
    require: [{ approvals: 2 }]
    protected_hours: { tz: UTC, block: [${everyHour}] }
    break_glass: { reason_min: 20, delay: 60s, review_within: 24h }
  - name: museum
    match: { actions: [install], devices: [web-09] }
    forbid: true
`;

const folder = mkdtempSync(join(tmpdir(), 'xepa-starts-'));
let world: Awaited<ReturnType<typeof startProxiedWorld>>;

beforeAll(async () => {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policy);
  world = await startProxiedWorld('socket', { XEPA_POLICY_FILE: file });
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until(id: string, fits: (record: InstallRecord) => boolean): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const record = await world.store.load(id);
    if (!fits(record)) throw new Error(`${id} is not so: ${JSON.stringify(record.clearance)}`);
    return record;
  }, soon);
}
const settled = (id: string) => until(id, ({ clearance }) => clearance !== undefined);

async function installOf(name: string): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(100)).find((record) => record.device.name === name);
    if (!found) throw new Error(`no install of ${name}`);
    return found;
  }, soon);
}

async function message(what: string, fits: (message: SlackMessage) => boolean): Promise<SlackMessage> {
  return vi.waitFor(async () => {
    const found = (await world.slack.messages()).find(fits);
    if (!found) throw new Error(`no message ${what}`);
    return found;
  }, soon);
}

/** What `--at` takes for a moment so many seconds from now. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

/** An install whose time has come while nobody was there: written as the bot does it, with nobody told of it. */
async function overdue(id: string, name: string, given: Partial<InstallRecord> = {}): Promise<void> {
  const request = {
    ...anInstall().request,
    requestedBy: { via: 'slack' as const, id: alice },
    startAt: Date.now() - 1,
  };
  const device = { provider: 'lab', id: name, name, tags: [] };
  const slack = { team: workspace.team, channel };
  const note = { type: 'requested', actor: request.requestedBy, detail: {} };
  await world.store.create(anInstall({ id, device, slack, request, createdAt: Date.now(), ...given }), note);
}

test('when its time has come and nothing stands against it, an install begins, and not before', async () => {
  await world.slack.command(alice, `install db-01 --iso debian-13 --at ${inSeconds(6)}`);
  const { id, request } = await installOf('db-01');
  const card = await message('card', (one) => findButton(one, 'xepa.approve')?.value === `${id}#1`);
  await world.slack.clickOn(card, { user: bob, actionId: 'xepa.approve', value: `${id}#1` });
  expect((await until(id, ({ phase }) => phase === 'forward')).clearance).toBeUndefined();
  await message('what happens', (one) => JSON.stringify(one).includes('if the policy still allows it then'));
  const begun = await settled(id);
  expect(begun.clearance).toMatchObject({ policy: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(begun).toMatchObject({ phase: 'forward', clearance: { at: expect.any(Number) } });
  expect(begun.clearance?.at).toBeGreaterThanOrEqual(request.startAt ?? Number.POSITIVE_INFINITY);
  expect(begun.clearance?.refused).toBeUndefined();
  expect((await world.store.events(id)).map(({ type }) => type)).toContain('start-allowed');
}, 60_000);

test('what was frozen meanwhile does not begin: the thread says why, and the server is free', async () => {
  await world.slack.command(alice, `install web-02 --iso debian-13 --at ${inSeconds(5)}`);
  const { id } = await installOf('web-02');
  await world.slack.command(bob, 'freeze --until 2h --reason "new UPS <!here>"');
  const refused = await settled(id);
  expect(refused).toMatchObject({ phase: 'undone', journal: [] });
  const said = JSON.stringify(
    await message('why', (one) => one.thread_ts !== undefined && JSON.stringify(one).includes('did not begin')),
  );
  expect(said).toContain(`Everything is frozen by <@${bob}> until `);
  expect(said).toContain('new UPS &lt;!here&gt;');
  expect(await world.store.listOpenIds()).not.toContain(id);

  await world.slack.command(bob, 'thaw');
  await message('thawed', (one) => one.text.includes('Installs are taken again'));
  await world.slack.command(alice, `retry ${id}`);
  await vi.waitFor(async () => {
    const [newest] = await world.store.listRecent(1);
    expect(newest).toMatchObject({ phase: 'forward', device: { name: 'web-02' } });
    expect(newest?.id).not.toBe(id);
  }, soon);
}, 60_000);

test('a requester who has left begins nothing', async () => {
  world.proxy.setPerson(alice, { deleted: true });
  await overdue('xe-left22', 'web-03');
  expect((await settled('xe-left22')).clearance?.refused?.reasons.join()).toMatch(/deactivated/i);
  world.proxy.setPerson(alice, { deleted: false });
});

test('rules that forbid it by now, or ask for other people, hold', async () => {
  await overdue('xe-museum', 'web-09');
  await overdue('xe-others', 'db-02', {
    approval: anApproval({ state: 'approved', needs: [{ label: 'dba', count: 2, users: [], groups: [] }] }),
  });
  await overdue('xe-never2', 'db-03');
  expect((await settled('xe-museum')).clearance?.refused?.reasons).toEqual(['Rule museum forbids it.']);
  for (const id of ['xe-others', 'xe-never2']) {
    const { phase, clearance } = await settled(id);
    expect(phase).toBe('undone');
    expect(clearance?.refused?.reasons.join()).toContain('asks for other approvals by now');
  }
});

test('an emergency is judged as one: no votes, no protected hours, but a commander', async () => {
  const glass = (by: string) => ({
    ...{ by: { via: 'slack' as const, id: by }, at: 1, reason: 'the primary is gone, the replica is failing' },
    ...{ effectiveAt: 2, reviewBy: 9e12 },
  });
  await overdue('xe-fire22', 'db-04', { approval: anApproval({ state: 'approved', breakGlass: glass(carol) }) });
  await overdue('xe-fake22', 'db-05', { approval: anApproval({ state: 'approved', breakGlass: glass(bob) }) });
  expect((await settled('xe-fire22')).phase).toBe('forward');
  const refused = await settled('xe-fake22');
  expect([refused.phase, refused.clearance?.refused?.reasons.join()]).toEqual([
    'undone',
    expect.stringContaining('commander'),
  ]);
});

test('while Slack does not say who the requester is nothing begins, and afterwards it does', async () => {
  const fault = { kind: 'error', error: 'internal_error' } as const;
  const silence = world.proxy.fail({ method: 'users.info', fault, times: Number.POSITIVE_INFINITY });
  await overdue('xe-later2', 'web-04');
  await vi.waitFor(() => expect(silence.hits()).toBeGreaterThan(1), soon);
  expect(await world.store.load('xe-later2')).toMatchObject({ phase: 'forward', journal: [] });
  expect((await world.store.load('xe-later2')).clearance).toBeUndefined();
  silence.stop();
  // As the sweep would tell of it.
  await world.notices.send({ installId: 'xe-later2', rev: 1 });
  expect((await settled('xe-later2')).clearance?.refused).toBeUndefined();
});
