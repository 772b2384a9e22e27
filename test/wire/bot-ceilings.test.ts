import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { workspace } from '../support/local-slack.ts';
import { sendSigned } from '../support/signed-payload.ts';

const { alice, bob, channel } = workspace;
const soon = { timeout: 15_000, interval: 40 };

const rules = `
version: 1
roles:
  viewer: { everyone: true }
  operator: { everyone: true }
  approver: { everyone: true }
  auditor: { everyone: true }
rules:
  - name: databases
    match: { actions: [install], tags: [prod] }
    require: [{ approvals: 1 }]
    deny: { reason: required }
`;
const ceiling = (line: string) => `${rules}channels:\n  - { ${line}, at_most: [operator, auditor] }\n`;

const folder = mkdtempSync(join(tmpdir(), 'xepa-ceilings-'));
const file = join(folder, 'policy.yaml');
let world: BotWorld;

beforeAll(async () => {
  writeFileSync(file, ceiling(`all_but: [${channel}]`));
  // What the doctor looks at answers at once, if only with a refusal.
  const nowhere = 'http://127.0.0.1:9';
  const isos = JSON.stringify({ 'debian-13': { url: `${nowhere}/debian-13.iso` } });
  world = await startBotWorld('http', { XEPA_POLICY_FILE: file, XEPA_PUBLIC_URL: nowhere, XEPA_ISOS: isos });
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function installOf(name: string, fits: (record: InstallRecord) => boolean = () => true): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(100)).find((record) => record.device.name === name);
    if (!found || !fits(found)) throw new Error(`no such install of ${name}`);
    return found;
  }, soon);
}

/** Types it again until the answer says it: a new policy file counts after some seconds. */
async function untilTold(user: string, command: string, words: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await world.slack.command(user, command);
      const all = JSON.stringify(await world.slack.messages());
      if (!all.includes(words)) throw new Error(`nobody says ${words}`);
    },
    { timeout: 30_000, interval: 1_000 },
  );
}

/** Bob presses a button of his App Home, which is in no channel. */
async function pressAtHome(actionId: string, value: string): Promise<void> {
  const button = { type: 'button', action_id: actionId, block_id: 'home', value };
  const view = { id: 'V1', type: 'home', callback_id: '', private_metadata: '', blocks: [] };
  const click = { type: 'block_actions', trigger_id: 'T1', container: { type: 'view' }, view, actions: [button] };
  await sendSigned(world, { user: { id: bob }, ...click });
}

test('where the channel of an install allows it, App Home and the form of a denial do', async () => {
  await world.slack.command(alice, 'install db-01 --iso debian-13');
  const asked = await installOf('db-01');
  await pressAtHome('xepa.approve', `${asked.id}#1`);
  const approved = await installOf('db-01', ({ phase }) => phase === 'forward');
  expect(approved.approval?.votes.map(({ by }) => by.id)).toEqual([bob]);

  await world.slack.command(alice, 'install db-02 --iso debian-13');
  const { id } = await installOf('db-02');
  const reason = { 'field.reason': { value: { type: 'plain_text_input', value: 'not before the backup' } } };
  const form = { id: 'V2', type: 'modal', callback_id: 'xepa.deny-form', state: { values: reason }, blocks: [] };
  const view = { ...form, private_metadata: JSON.stringify({ id, rev: 1 }) };
  await sendSigned(world, { type: 'view_submission', user: { id: bob }, view });
  await installOf('db-02', ({ phase }) => phase === 'denied');
});

test('a ceiling of the channel of an install holds in App Home too', async () => {
  writeFileSync(file, ceiling(`channels: [${channel}]`));
  await untilTold(bob, 'whoami', 'You may not approve');
  await world.slack.command(alice, 'install db-03 --iso debian-13');
  const { id } = await installOf('db-03');
  await pressAtHome('xepa.approve', `${id}#1`);
  const refused = await vi.waitFor(async () => {
    const found = (await world.store.events(id)).find(({ type }) => type === 'refused');
    if (!found) throw new Error('not refused yet');
    return found;
  }, soon);
  expect(refused.detail.reason).toContain('Here people may do at most what the role operator or auditor allows');
  expect(await installOf('db-03')).toMatchObject({ phase: 'approval', approval: { votes: [] } });
});

test('a policy file that cannot be used is told by the doctor', async () => {
  writeFileSync(file, `${rules}channel: []\n`);
  await untilTold(alice, 'doctor', 'the version before holds, not the newest. The policy cannot be used; policy.yaml:');
});
