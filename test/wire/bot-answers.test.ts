import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openAnswer } from '../../core/answers/sealed-answer.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createSealer } from '../../core/sealing.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { workspace } from '../support/local-slack.ts';

const { alice, bob } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const SECRET = 'hunter2-is-secret';
const library = `#cloud-config\nhostname: {{xepa.hostname}}\nchpasswd:\n  list: |\n    root:${SECRET}\n`;
const typed = `lang en_US\nrootpw ${SECRET}\n%packages\n@core\n%end\n`;

let folder: string;
let world: BotWorld;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xepa-answers-'));
  await writeFile(join(folder, 'node.yaml'), library);
  await writeFile(join(folder, 'broken.ks'), 'text\n%post\n');
  world = await startBotWorld('socket', { XEPA_ANSWERS_DIR: folder });
});
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

async function installOf(name: string): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(100)).find((record) => record.device.name === name);
    if (!found) throw new Error(`no install of ${name}`);
    return found;
  }, soon);
}

/** Everything that the bot sent to Slack, answers for one person's eyes among it, in one text. */
async function sent(): Promise<string> {
  const calls = [
    'chat.postMessage',
    'chat.postEphemeral',
    'chat.update',
    'views.open',
    'views.update',
    'views.publish',
  ];
  const sent = await Promise.all(calls.map((method) => world.slack.calls(method)));
  return JSON.stringify([sent, await world.slack.messages()]);
}

const seen = (pattern: RegExp) => vi.waitFor(async () => expect(await sent()).toMatch(pattern), soon);
/** Types a command that opens a form, and waits for that very form. */
async function formOf(command: string): Promise<string> {
  const before = (await world.slack.calls('views.open')).length;
  await world.slack.command(alice, command);
  return vi.waitFor(async () => {
    const opened = (await world.slack.calls('views.open'))[before];
    if (!opened) throw new Error('no form has opened');
    return JSON.stringify(opened.detail);
  }, soon);
}

const textField = (value: string) => ({ value: { type: 'plain_text_input', value } });
const choice = (type: string, id: string, value: string) => ({ [id]: { type, selected_option: { value } } });

describe('an answer file of the library', () => {
  test('is shown masked on the approval card, and what is approved is bound to it', async () => {
    await world.slack.command(alice, 'install db-01 --iso debian-13 --answer node --kernel-args "console=ttyS1"');
    const record = await installOf('db-01');
    expect(record.request.answer).toMatchObject({ name: 'node', kind: 'cloud-init' });
    expect(record.approval?.binds).toMatchObject({
      answer: record.request.answer?.sha256,
      kernelArgs: 'console=ttyS1',
    });
    await seen(/Answer file.*hostname: \{\{xepa\.hostname\}\}.*chpasswd: •••/);
    await seen(/Kernel arguments.*console=ttyS1/);
    const sealer = createSealer(parseKeyring(world.secret));
    expect(openAnswer(sealer, record.sealed.answer ?? '', record.id)[0]?.text).toBe(library);
  });

  test('is forgotten when the install ends, also before it began', async () => {
    const { id } = await installOf('db-01');
    await world.slack.command(bob, `deny ${id} --reason "not today"`);
    await vi.waitFor(async () => expect((await world.store.load(id)).phase).toBe('denied'), soon);
    expect((await world.store.load(id)).sealed).toEqual({});
  });

  test.each([
    ['web-02 --iso debian-13 --answer nod', /There is no answer file `nod`. Did you mean `node`/],
    ['web-02 --iso debian-13 --answer broken', /`broken` cannot be used: ks.cfg: line 2: %post has no %end/],
    ['web-02 --iso debian-13 --also virtio', /is written/],
  ])('install %s is refused in words, and nothing happens', async (line, sentence) => {
    await world.slack.command(alice, `install ${line}`);
    await seen(sentence);
    expect((await world.store.listRecent(100)).filter(({ device }) => device.name === 'web-02')).toEqual([]);
  });
});

describe('an answer file that is pasted into the form', () => {
  test('goes by the review, masked, into the record, sealed', async () => {
    expect(await formOf('install web-05')).toMatch(/New install.*Answer file/);
    await world.slack.submit(alice, {
      'field.device': choice('external_select', 'xepa.devices', 'web-05'),
      'field.iso': choice('static_select', 'value', 'debian-13'),
      'field.answerText': textField(typed),
    });
    expect(await everythingIn(world.redis)).not.toContain(SECRET);
    await world.slack.submit(alice, {});
    const record = await installOf('web-05');
    expect(record.request.answer).toMatchObject({ name: 'typed', kind: 'kickstart' });
    expect(record.request.answer?.preview).toContain('rootpw •••');
    const sealer = createSealer(parseKeyring(world.secret));
    expect(openAnswer(sealer, record.sealed.answer ?? '', record.id)).toEqual([{ name: 'ks.cfg', text: typed }]);
  });

  test('that is none is refused beside its field', async () => {
    await formOf('install web-06');
    const beside = await world.slack.submit(alice, {
      'field.device': choice('external_select', 'xepa.devices', 'web-06'),
      'field.iso': choice('static_select', 'value', 'debian-13'),
      'field.answerText': textField('It was a dark and stormy night.'),
    });
    expect(Object.keys(beside)).toEqual(['field.answerText']);
    expect((await world.store.listRecent(100)).filter(({ device }) => device.name === 'web-06')).toEqual([]);
  });
});

test('what is secret in it is nowhere in clear: not in Redis, not in a message', async () => {
  expect(await everythingIn(world.redis)).not.toContain(SECRET);
  expect(await sent()).not.toContain(SECRET);
});

/** Every value of every key, in one text. */
async function everythingIn(redis: Redis): Promise<string> {
  const read: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    stream: (key) => redis.xrange(key, '-', '+'),
    zset: (key) => redis.zrange(key, '0', '-1'),
    set: (key) => redis.smembers(key),
    list: (key) => redis.lrange(key, '0', '-1'),
  };
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map(async (key) => read[await redis.type(key)]?.(key)));
  expect(keys.length).toBeGreaterThan(3);
  return JSON.stringify(values);
}
