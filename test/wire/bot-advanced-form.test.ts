import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { workspace } from '../support/local-slack.ts';
import { sendSigned } from '../support/signed-payload.ts';

const { alice } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const View = z.looseObject({
  private_metadata: z.string(),
  blocks: z.array(
    z.looseObject({ type: z.string(), block_id: z.string().optional(), element: z.unknown().optional() }),
  ),
});
type View = z.infer<typeof View>;
const Answer = z.looseObject({
  response_action: z.string(),
  errors: z.record(z.string(), z.string()).optional(),
  view: View.optional(),
});

let world: BotWorld;

beforeAll(async () => {
  world = await startBotWorld('http');
});
afterAll(() => world.stop());

const text = (value: string) => ({ value: { type: 'plain_text_input', value } });
const menu = (value: string) => ({ value: { type: 'static_select', selected_option: { value } } });
const boxes = (...values: string[]) => ({
  value: { type: 'checkboxes', selected_options: values.map((value) => ({ value })) },
});
const basics = (device: string) => ({
  'field.device': { 'xepa.devices': { type: 'external_select', selected_option: { value: device } } },
  'field.iso': menu('debian-13'),
});

let seen: { 'views.open': number; 'views.update': number };
beforeEach(async () => {
  seen = {
    'views.open': (await world.slack.calls('views.open')).length,
    'views.update': (await world.slack.calls('views.update')).length,
  };
});

/** The next view that the bot sends this way. */
async function view(method: 'views.open' | 'views.update'): Promise<View> {
  const sent = await vi.waitFor(async () => {
    const call = (await world.slack.calls(method))[seen[method]];
    if (!call) throw new Error(`nothing came by ${method}`);
    return call.detail.view;
  }, soon);
  seen[method] += 1;
  return View.parse(typeof sent === 'string' ? JSON.parse(sent) : sent);
}

const fieldsIn = ({ blocks }: View) => blocks.flatMap(({ block_id: id }) => id ?? []);
const elementOf = ({ blocks }: View, name: string) =>
  blocks.find(({ block_id: id }) => id === `field.${name}`)?.element;

/** Does something in a form, with what is in the fields by then. */
function act(shown: View, values: object, action: object) {
  return sendSigned(world, {
    type: 'block_actions',
    trigger_id: 'T1',
    container: { type: 'view' },
    view: { ...shown, id: 'V7', hash: 'h7', type: 'modal', state: { values } },
    actions: [action],
  });
}

/** Presses the button that shows or hides the advanced options. */
async function toggle(shown: View, values: object): Promise<View> {
  await act(shown, values, { type: 'button', action_id: 'xepa.form-advanced', block_id: 'b' });
  return view('views.update');
}

/** Picks a device from its menu. */
const pick = (shown: View, device: string, values: object = {}) =>
  act(
    shown,
    { ...basics(device), ...values },
    { type: 'external_select', action_id: 'xepa.devices', selected_option: { value: device } },
  );

async function submit(sent: View, values: object): Promise<z.infer<typeof Answer>> {
  const response = await sendSigned(world, { type: 'view_submission', view: { ...sent, id: 'V8', state: { values } } });
  return Answer.parse(await response.json());
}

async function installOf(name: string): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(100)).find((record) => record.device.name === name);
    if (!found) throw new Error(`no install of ${name}`);
    return found;
  }, soon);
}

test('the advanced options are behind a button, which loses nothing, and all of them get into the install', async () => {
  await world.slack.command(alice, 'install');
  const plain = await view('views.open');
  expect(fieldsIn(plain)).not.toContain('field.firmware');
  const filled = { ...basics('web-03'), 'field.reason': text('a new disk') };
  const advanced = await toggle(plain, filled);
  expect(advanced.blocks.length).toBeLessThanOrEqual(100);
  expect(elementOf(advanced, 'reason')).toMatchObject({ initial_value: 'a new disk' });
  const values = {
    ...filled,
    ...{ 'field.firmware': menu('uefi'), 'field.guest': menu('windows'), 'field.tpm': menu('on') },
    ...{ 'field.rom': menu('auto'), 'field.onReboot': menu('finish') },
    ...{ 'field.rung': menu('raw-block'), 'field.nic': menu('emulated'), 'field.media': menu('stream') },
    'field.fix': boxes('network', 'serial'),
    'field.also': text('drivers=https://192.0.2.1/virtio.iso'),
    'field.kernelArgs': text('console=ttyS1'),
  };
  // Hidden and shown again, they are what they were.
  const hidden = await toggle(advanced, values);
  expect(fieldsIn(hidden)).not.toContain('field.firmware');
  expect(JSON.stringify(hidden.blocks)).toContain('10 set');
  const again = await toggle(hidden, filled);
  expect(elementOf(again, 'firmware')).toMatchObject({ initial_option: { value: 'uefi' } });
  expect(elementOf(again, 'rom')).toMatchObject({ initial_option: { value: 'auto' } });
  expect(elementOf(again, 'fix')).toMatchObject({ initial_options: [{ value: 'network' }, { value: 'serial' }] });
  const review = await submit(again, values);
  if (!review.view) throw new Error(`no review: ${JSON.stringify(review)}`);
  await sendSigned(world, { type: 'view_submission', view: { ...review.view, id: 'V9', state: { values: {} } } });
  expect((await installOf('web-03')).request).toMatchObject({
    vm: { firmware: 'uefi', guest: 'windows', tpm: 'on', onReboot: 'finish' },
    rungs: { disk: 'raw-block', nic: 'emulated' },
    media: 'stream',
    fix: ['network', 'serial'],
    also: [{ name: 'drivers', url: 'https://192.0.2.1/virtio.iso' }],
    kernelArgs: 'console=ttyS1',
  });
});

test('what was typed behind the command is shown, and stays when the button hides it', async () => {
  const digest = 'ab'.repeat(32);
  await world.slack.command(alice, `install web-04 --sha256 ${digest} --firmware uefi --fix fstab --at 2h`);
  const form = await view('views.open');
  expect(elementOf(form, 'sha256')).toMatchObject({ initial_value: digest });
  expect(elementOf(form, 'firmware')).toMatchObject({ initial_option: { value: 'uefi' } });
  expect(elementOf(form, 'at')).toMatchObject({ initial_date_time: expect.any(Number) });
  const hidden = await toggle(form, {
    ...basics('web-04'),
    'field.firmware': menu('uefi'),
    'field.fix': boxes('fstab'),
  });
  const review = await submit(hidden, basics('web-04'));
  if (!review.view) throw new Error(`no review: ${JSON.stringify(review)}`);
  await sendSigned(world, { type: 'view_submission', view: { ...review.view, id: 'V9', state: { values: {} } } });
  expect((await installOf('web-04')).request).toMatchObject({ vm: { firmware: 'uefi' }, fix: ['fstab'] });
});

test('each mistake stands under its field, by the name of the field, all at once', async () => {
  await world.slack.command(alice, 'install web-05 --nic emulated');
  const form = await view('views.open');
  const { errors } = await submit(form, {
    ...basics('web-05'),
    ...{ 'field.also': text('no name'), 'field.kernelArgs': text('ümlaut') },
  });
  expect(Object.keys(errors ?? {}).sort()).toEqual(['field.also', 'field.kernelArgs']);
  expect(errors?.['field.kernelArgs']).toMatch(/^“Added to the installer's kernel command line” takes up to 500/);
});

test('what no field could hold is refused before the form opens', async () => {
  await world.slack.command(alice, 'install web-05 --firmware coreboot');
  await vi.waitFor(async () => {
    const told = (await world.slack.messages()).filter(({ ephemeral_to: to }) => to === alice);
    expect(JSON.stringify(told)).toContain('`--firmware` takes');
  }, soon);
  expect(await world.slack.calls('views.open')).toHaveLength(seen['views.open']);
});

test("XEPA's own connection has a field where the provider of the server can move it", async () => {
  const store = createInventoryStore(world.redis);
  const before = await store.read();
  const at = Date.now();
  const bonded = { provider: 'bonded', id: 'net-01', name: 'net-01', tags: [] };
  await store.write({
    ...{ at, problems: [], devices: [...(before?.devices ?? []), bonded] },
    sources: [
      { provider: 'lab', at, secondPath: false },
      { provider: 'bonded', at, secondPath: true },
    ],
  });
  await world.slack.command(alice, 'install web-06 --nic emulated');
  const first = await view('views.open');
  expect(fieldsIn(first)).not.toContain('field.lifeline');
  // Another server is picked while the options are shown.
  await pick(first, 'net-01', { 'field.nic': menu('emulated'), 'field.reason': text('a new port') });
  const other = await view('views.update');
  expect(elementOf(other, 'lifeline')).toMatchObject({ initial_option: { value: 'auto' } });
  expect(elementOf(other, 'nic')).toMatchObject({ initial_option: { value: 'emulated' } });
  expect(elementOf(other, 'reason')).toMatchObject({ initial_value: 'a new port' });
  // Who has gone on to the review by then stays there.
  expect((await world.slack.calls('views.update')).at(-1)?.detail).toMatchObject({ view_id: 'V7', hash: 'h7' });
  await pick(other, 'web-06', { 'field.lifeline': menu('auto') });
  expect(fieldsIn(await view('views.update'))).not.toContain('field.lifeline');
  await world.slack.command(alice, 'install web-06 --lifeline move');
  const wrong = await submit(await view('views.open'), { ...basics('web-06'), 'field.lifeline': menu('move') });
  expect(wrong.errors).toEqual({ 'field.device': expect.stringMatching(/^lab offers no way to move/) });
  await world.slack.command(alice, 'install net-01 --nic emulated');
  const form = await view('views.open');
  expect(elementOf(form, 'lifeline')).toMatchObject({ initial_option: { value: 'auto' } });
  const moves = { ...basics('net-01'), 'field.lifeline': menu('move') };
  const { errors } = await submit(form, { ...moves, 'field.nic': menu('emulated') });
  expect(errors).toEqual({
    'field.lifeline': expect.stringMatching(/^With “XEPA's own connection to the server” move/),
  });
  // Hidden, it stays asked for.
  const hidden = await toggle(form, { ...moves, 'field.nic': menu('auto') });
  expect(fieldsIn(hidden)).not.toContain('field.lifeline');
  const review = await submit(hidden, basics('net-01'));
  if (!review.view) throw new Error(`no review: ${JSON.stringify(review)}`);
  expect(JSON.stringify(review.view)).toContain('moves to another port of the bond');
  await sendSigned(world, { type: 'view_submission', view: { ...review.view, id: 'V9', state: { values: {} } } });
  expect((await installOf('net-01')).request).toMatchObject({ lifeline: 'move', rungs: { nic: 'passthrough' } });
});
