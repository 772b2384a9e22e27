import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createIsoNames } from '../../core/iso-names.ts';
import { wishForDisc } from '../../web-console/disc-wish.ts';
import { wishForUpload } from '../../web-console/upload/wish.ts';
import { anApproval } from '../support/an-approval.ts';
import { anInstallAt } from '../support/an-install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { workspace } from '../support/local-slack.ts';

const { alice, bob, channel } = workspace;
const soon = { timeout: 15_000, interval: 40 };
const drivers = 'https://mirror.example.com/iso/drivers.iso';
const policy = `version: 1
roles:
  operator: { everyone: true }
rules:
  - name: no files
    match: { actions: [iso-upload], tags: [sealed] }
    forbid: true
`;
let world: BotWorld;
let count = 0;

beforeAll(async () => {
  world = await startBotWorld('socket', { XEPA_ISO_ALLOW: 'https://mirror.example.com/iso/' });
}, 60_000);
afterAll(() => world.stop());

/** What the bot makes of it when somebody at the console of an install types this, or chooses that `file:`. */
async function judged(typed: string, given: Partial<InstallRecord> = {}, person: string = alice) {
  count += 1;
  const by = { via: 'slack', id: alice } as const;
  const record = anInstallAt('attend', {
    id: `xe-disc${count}`,
    device: { provider: 'lab', id: 'srv-1', name: 'web-01', tags: ['web'] },
    request: { iso: { url: drivers }, requestedBy: by },
    slack: { team: workspace.team, channel },
    createdAt: Date.now(),
    ...given,
  });
  await world.store.create(record, { type: 'requested', actor: by, detail: {} });
  const wish = { by: { via: 'console', id: person } as const, at: Date.now() };
  await world.store.update(record.id, (now) => {
    if (typed.startsWith('file:')) return wishForUpload(now, { name: typed.slice(5), bytes: 9, key: 'ab' }, wish);
    return wishForDisc(now, { iso: typed }, wish);
  });
  return vi.waitFor(async () => {
    const { discWish } = await world.store.load(record.id);
    if (!discWish || discWish.verdict === 'asked') throw new Error('not judged yet');
    return { ...discWish, id: record.id };
  }, soon);
}

describe('another ISO at the console', () => {
  test('is judged by the rules of an install: a name, or an address under a prefix of the list', async () => {
    expect(await judged('debian-13')).toMatchObject({
      verdict: 'accepted',
      iso: { name: 'debian-13', url: 'https://mirror.example.com/debian-13.iso' },
    });
    const { id, ...wish } = await judged(drivers);
    expect(wish).toMatchObject({ verdict: 'accepted', iso: { url: drivers, name: 'drivers.iso' } });
    const events = await world.store.events(id);
    expect(events.find(({ type }) => type === 'console-disc-accepted')).toMatchObject({
      actor: { via: 'console', id: alice },
      detail: { url: drivers },
    });
  });

  test.each([
    ['https://elsewhere.example.com/a.iso', /^ISOs may come only from https:\/\/mirror/],
    ['https://mirror.example.com/admin.iso', /somewhere else/],
    ['debain-13', /Did you mean debian-13\?/],
    ['nonsense<b>&', /no ISO nonsense<b>&/],
  ])('is refused in plain words when it may not come from there: %s', async (typed, why) => {
    const { id, ...wish } = await judged(typed);
    expect(wish).toMatchObject({ verdict: 'refused', why: expect.stringMatching(why) });
    expect(wish.why).not.toMatch(/`|&lt;/);
    const events = await world.store.events(id);
    expect(events.at(-1)).toMatchObject({ type: 'refused', detail: { what: 'console-disc' }, actor: { id: alice } });
  });

  test('is refused where the install was approved: what was approved is its ISO', async () => {
    const approval = anApproval({ state: 'approved' });
    expect(await judged('debian-13', { approval })).toMatchObject({
      verdict: 'refused',
      why: expect.stringContaining('an install of its own'),
    });
  });

  test('is told in the thread', async () => {
    const { id } = await judged(drivers, {}, bob);
    await vi.waitFor(async () => {
      const said = (await world.slack.messages()).map(({ text }) => text);
      expect(said).toContain(`🎛️ <@${bob}> asked for another ISO on the server: \`drivers.iso\`.`);
    }, soon);
    expect(id).toContain('xe-disc');
  });

  test('has names to be picked from, which the settings give', async () => {
    expect(await createIsoNames(world.redis).read()).toEqual(['debian-13']);
  });
});

describe('an ISO from somebody’s computer', () => {
  test('may not come where ISOs may come only from a list: nobody can look up what it is', async () => {
    const { id, ...wish } = await judged('file:drivers.iso');
    expect(wish).toMatchObject({
      verdict: 'refused',
      why: expect.stringMatching(/only from https:\/\/mirror.*computer/),
    });
    expect((await world.store.events(id)).at(-1)).toMatchObject({ type: 'refused', detail: { what: 'console-disc' } });
  });
});

describe('an ISO from somebody’s computer, where addresses are free', () => {
  let first: BotWorld;
  beforeAll(async () => {
    first = world;
    const dir = await mkdtemp(join(tmpdir(), 'xepa-policy-'));
    await writeFile(join(dir, 'policy.yaml'), policy);
    world = await startBotWorld('socket', { XEPA_POLICY_FILE: join(dir, 'policy.yaml') });
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    world = first;
  });
  const onDevice = (...tags: string[]) => ({ device: { provider: 'lab', id: 'srv-1', name: 'web-01', tags } });

  test('may come by whom the policy lets install', async () => {
    const { id, ...wish } = await judged('file:drivers.iso');
    expect(wish).toMatchObject({ verdict: 'accepted', typed: 'drivers.iso', upload: { bytes: 9 } });
    expect(wish.iso).toBeUndefined();
    const events = await world.store.events(id);
    expect(events.find(({ type }) => type === 'console-disc-accepted')?.detail).toEqual({
      name: 'drivers.iso',
      bytes: 9,
    });
  });

  test('may be forbidden alone', async () => {
    expect(await judged('file:drivers.iso', onDevice('sealed'))).toMatchObject({
      verdict: 'refused',
      why: expect.stringContaining('Rule no files forbids it'),
    });
    expect(await judged(drivers, onDevice('sealed'))).toMatchObject({ verdict: 'accepted' });
  });

  test('never comes to production', async () => {
    expect(await judged('file:drivers.iso', onDevice('prod'))).toMatchObject({ verdict: 'refused' });
  });
});
