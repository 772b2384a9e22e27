import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { wishToServe } from '../../web-console/browser-disc/wish.ts';
import { anApproval } from '../support/an-approval.ts';
import { anInstallAt } from '../support/an-install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { workspace } from '../support/local-slack.ts';

const { alice, bob, channel } = workspace;
const soon = { timeout: 15_000, interval: 40 };
let world: BotWorld;
let count = 0;

/** What the bot makes of it when somebody wants to serve a file of their computer. */
async function judged(given: Partial<InstallRecord> = {}, person: string = alice) {
  count += 1;
  const by = { via: 'slack', id: alice } as const;
  const record = anInstallAt('attend', {
    id: `xe-bd${count}`,
    device: { provider: 'lab', id: 'srv-1', name: 'web-01', tags: ['web'] },
    request: { iso: { url: 'https://mirror.example.com/debian-13.iso' }, requestedBy: by },
    slack: { team: workspace.team, channel },
    createdAt: Date.now(),
    ...given,
  });
  await world.store.create(record, { type: 'requested', actor: by, detail: {} });
  const file = { name: 'rescue.iso', bytes: 6_000_000_000, key: 'ab'.repeat(32) };
  const wish = { by: { via: 'console', id: person } as const, at: Date.now() };
  await world.store.update(record.id, (now) => wishToServe(now, file, wish));
  return vi.waitFor(async () => {
    const { browserDisc } = await world.store.load(record.id);
    if (!browserDisc || browserDisc.verdict === 'asked') throw new Error('not judged yet');
    const events = await world.store.events(record.id);
    return { ...browserDisc, said: events.at(-1) };
  }, soon);
}

describe('a file of a computer at the console', () => {
  beforeAll(async () => {
    world = await startBotWorld('socket');
  }, 60_000);
  afterAll(() => world.stop());

  test('may be served by who may install, and the thread says so', async () => {
    expect(await judged({}, bob)).toMatchObject({
      verdict: 'accepted',
      said: { type: 'console-browser-disc-accepted', actor: { id: bob }, detail: { name: 'rescue.iso' } },
    });
    await vi.waitFor(async () => {
      const said = (await world.slack.messages()).map(({ text }) => text);
      expect(said).toContain(`🎛️ <@${bob}> offers a disc that lies on their computer: \`rescue.iso\`.`);
    }, soon);
  });

  test('is refused on production: nothing of it could have been approved', async () => {
    const device = { provider: 'lab', id: 'srv-2', name: 'db-01', tags: ['prod'] };
    expect(await judged({ device })).toMatchObject({
      verdict: 'refused',
      why: expect.stringContaining('production device'),
      said: { type: 'refused', detail: { what: 'console-browser-disc' } },
    });
  });

  test('is refused where the install was approved', async () => {
    expect(await judged({ approval: anApproval({ state: 'approved' }) })).toMatchObject({
      verdict: 'refused',
      why: expect.stringContaining('no digest'),
    });
  });
});

describe('a file of a computer, where the settings and the policy are strict', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xepa-policy-'));
  const everybody = '{ everyone: true }';
  const policy = [
    'version: 1',
    `roles: { viewer: ${everybody}, operator: ${everybody}, approver: ${everybody} }`,
    'rules:',
    '  - { name: no-computers, match: { actions: [iso-upload] }, forbid: true }',
  ];

  beforeAll(async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, policy.join('\n'));
    const settings = { XEPA_ISO_ALLOW: 'https://mirror.example.com/iso/', XEPA_POLICY_FILE: file };
    world = await startBotWorld('socket', settings);
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is refused: by a rule, and because ISOs may come from certain places only', async () => {
    const { verdict, why } = await judged();
    expect(verdict).toBe('refused');
    expect(why).toContain('Rule no-computers forbids it.');
    expect(why).toContain('ISOs may come only from https://mirror.example.com/iso/');
  });
});
