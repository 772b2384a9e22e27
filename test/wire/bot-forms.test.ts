import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { workspace } from '../support/local-slack.ts';
import { sendSigned } from '../support/signed-payload.ts';

const { alice, bob } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const View = z.looseObject({
  callback_id: z.string().optional(),
  private_metadata: z.string().optional(),
  title: z.object({ text: z.string() }).optional(),
  blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })),
});
type View = z.infer<typeof View>;

const text = (value: string) => ({ value: { type: 'plain_text_input', value } });
const device = (value: string) => ({ 'xepa.devices': { type: 'external_select', selected_option: { value } } });
const iso = (value: string) => ({ value: { type: 'static_select', selected_option: { value } } });

describe.each(['socket', 'http'] as const)('forms over %s', (mode) => {
  let world: BotWorld;

  beforeAll(async () => {
    world = await startBotWorld(mode);
  });
  afterAll(() => world.stop());

  /** What the bot sent to Slack as views, the newest last. */
  async function views(method: 'views.open' | 'views.publish'): Promise<View[]> {
    const calls = await world.slack.calls(method);
    return calls.map(({ detail }) =>
      View.parse(typeof detail.view === 'string' ? JSON.parse(detail.view) : detail.view),
    );
  }

  async function opened(title: string, after = 0): Promise<View> {
    return vi.waitFor(async () => {
      const found = (await views('views.open')).slice(after).findLast((view) => view.title?.text === title);
      if (!found) throw new Error(`no form ${title}`);
      return found;
    }, soon);
  }

  async function installOf(name: string): Promise<InstallRecord> {
    return vi.waitFor(async () => {
      const found = (await world.store.listRecent(100)).find((record) => record.device.name === name);
      if (!found) throw new Error(`no install of ${name}`);
      return found;
    }, soon);
  }

  test('a command without what it needs opens its form, and two pages later the install is there', async () => {
    await world.slack.command(alice, 'install web-06 --rung raw-block --media stream');
    const form = await opened('New install');
    expect(Object.keys(JSON.parse(form.private_metadata ?? '{}'))).toEqual(['id', 'rev']);
    await world.slack.submit(alice, {
      'field.device': device('web-06'),
      'field.iso': iso('debian-13'),
      'field.reason': text('a new disk'),
    });
    // The look-alike shows the second page in place of the first; sending it is the last word.
    await world.slack.submit(alice, {});
    const record = await installOf('web-06');
    // These were typed, and are not forgotten on the way.
    const rungs = { disk: 'raw-block' };
    expect(record.request).toMatchObject({ iso: { name: 'debian-13' }, reason: 'a new disk', rungs, media: 'stream' });
    expect(record.slack?.channel).toBe(workspace.channel);
  });

  test('App Home shows what needs a person, and its button decides', async () => {
    await world.slack.command(alice, 'install db-01 --iso debian-13 --reason "home <!channel>"');
    const record = await installOf('db-01');
    await world.slack.openHome(bob);
    const home = await vi.waitFor(async () => {
      const found = (await views('views.publish')).at(-1);
      if (!JSON.stringify(found ?? '').includes(record.id)) throw new Error('not there yet');
      return found;
    }, soon);
    expect(JSON.stringify(home)).toContain('What needs you');
    expect(JSON.stringify(home)).not.toContain('<!channel>');
    await world.slack.openHome(alice);
    await vi.waitFor(async () => {
      const own = JSON.stringify((await views('views.publish')).at(-1));
      expect(own).toContain('Nothing waits for you');
      expect(own).toContain(record.id);
    }, soon);
  });
});

describe('what Slack sends by itself', () => {
  let world: BotWorld;

  beforeAll(async () => {
    world = await startBotWorld('http');
  });
  afterAll(() => world.stop());

  test('devices are searched while somebody types, from the cached inventory', async () => {
    const asked = { type: 'block_suggestion', action_id: 'xepa.devices', block_id: 'field.device', value: 'db-' };
    const response = await sendSigned(world, asked);
    const { options } = z.object({ options: z.array(z.object({ value: z.string() })) }).parse(await response.json());
    expect(options.map(({ value }) => value)).toEqual(['db-01', 'db-02', 'db-03', 'db-04', 'db-05']);
  });

  test('from App Home the form asks for a channel, and takes none that XEPA is not in', async () => {
    const button = { type: 'button', action_id: 'xepa.home-install', block_id: 'home', value: 'install' };
    const view = { id: 'V1', type: 'home', callback_id: '', private_metadata: '', blocks: [] };
    await sendSigned(world, {
      type: 'block_actions',
      trigger_id: 'T1',
      container: { type: 'view' },
      view,
      actions: [button],
    });
    // The look-alike takes no trigger but its own, so the form is answered as Slack would answer it.
    const form = await vi.waitFor(async () => {
      const opened = (await world.slack.calls('views.open')).at(-1)?.detail.view;
      return View.parse(typeof opened === 'string' ? JSON.parse(opened) : opened);
    }, soon);
    expect(JSON.stringify(form.blocks)).toContain('conversations_select');
    const send = async (sent: View, values: object) => {
      const answer = await sendSigned(world, {
        type: 'view_submission',
        view: { ...sent, id: 'V2', state: { values } },
      });
      return z.looseObject({ response_action: z.string(), view: View.optional() }).parse(await answer.json());
    };
    const chosen = (id: string) => ({
      ...{ 'field.device': device('web-07'), 'field.iso': iso('debian-13') },
      'field.channel': { value: { type: 'conversations_select', selected_conversation: id } },
    });
    const refused = await send(form, chosen('C09NOWHERE'));
    expect(refused).toMatchObject({ errors: { 'field.channel': expect.stringContaining('/invite @xepa') } });
    const review = await send(form, chosen(workspace.channel));
    await sendSigned(world, { type: 'view_submission', view: { ...review.view, id: 'V3', state: { values: {} } } });
    await vi.waitFor(async () => {
      const [record] = await world.store.listRecent(10);
      expect([record?.device.name, record?.slack?.channel]).toEqual(['web-07', workspace.channel]);
    }, soon);
  });
});
