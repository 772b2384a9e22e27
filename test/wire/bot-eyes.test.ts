import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../core/clock.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createPageAnswers } from '../../core/page-answers.ts';
import { createPictureStore, type PictureKind, type PictureStore } from '../../core/picture-store.ts';
import { putWish } from '../../core/put-wish.ts';
import { createWishes, type Wish, type Wishes } from '../../core/wishes.ts';
import { encodePng } from '../../worker/host/png-encode.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { type SlackMessage, slackTokens, workspace } from '../support/local-slack.ts';

const { alice, bob, carol, channel } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };

const SharedFile = z.looseObject({
  name: z.string(),
  title: z.string(),
  alt_txt: z.string().optional(),
  url_private: z.string(),
});
const State = z.looseObject({ channels: z.array(z.looseObject({ id: z.string() })) });

describe.each(['socket', 'http'] as const)('what is seen of a VM, told over %s', (mode) => {
  let world: BotWorld;
  let pictures: PictureStore;
  let wishes: Wishes;
  let png: Buffer;

  beforeAll(async () => {
    world = await startBotWorld(mode);
    pictures = createPictureStore({ redis: world.redis });
    wishes = createWishes({ redis: world.redis, clock: systemClock });
    png = await encodePng({ width: 64, height: 40, rgb: Buffer.alloc(64 * 40 * 3, 0x5a) });
  });
  afterAll(() => world.stop());

  async function install(device: string, more = ''): Promise<InstallRecord> {
    await world.slack.command(alice, `install ${device} --iso debian-13 ${more}`);
    return vi.waitFor(async () => {
      const found = (await world.store.listRecent(100)).find((one) => one.device.name === device);
      if (!found) throw new Error(`no install of ${device}`);
      return found;
    }, soon);
  }

  /** An install whose installer runs, with its message in the channel. */
  async function running(device: string): Promise<{ record: InstallRecord; root: SlackMessage }> {
    const { id } = await install(device);
    const record = await world.store.update(id, (now) => ({ record: { ...now, at: 'attend' }, note }));
    return { record, root: await message((one) => one.thread_ts === undefined && JSON.stringify(one).includes(id)) };
  }

  async function message(fits: (message: SlackMessage) => boolean, where = channel): Promise<SlackMessage> {
    return vi.waitFor(async () => {
      const found = (await messagesIn(where)).find(fits);
      if (!found) throw new Error('no such message');
      return found;
    }, soon);
  }

  async function messagesIn(where: string): Promise<SlackMessage[]> {
    const answer = await fetch(`${world.slack.url}/_control/messages/${where}`);
    return z.object({ messages: z.array(z.any()) }).parse(await answer.json()).messages;
  }

  const filesOf = (one: SlackMessage) => z.array(SharedFile).parse(one.files ?? []);
  const whisper = (user: string, words: string) =>
    message((one) => one.ephemeral_to === user && JSON.stringify(one).includes(words));

  async function download(url: string): Promise<Buffer> {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${slackTokens.bot}` } });
    return Buffer.from(await answer.arrayBuffer());
  }

  /** Stands in for the worker that takes a picture. */
  async function keepPicture(record: InstallRecord, kind: PictureKind, askedBy: string[] = []): Promise<void> {
    await pictures.put(record.id, { kind, at: Date.now(), step: 'attend', askedBy }, png);
    await world.notices.send({ installId: record.id, rev: 0 });
  }

  async function openWish(record: InstallRecord): Promise<Wish> {
    return vi.waitFor(async () => {
      const [wish] = await wishes.open(record.id);
      if (!wish) throw new Error('nobody wishes anything');
      return wish;
    }, soon);
  }

  async function answer(record: InstallRecord, wish: Wish, given: Parameters<Wishes['answer']>[2]): Promise<void> {
    expect(await wishes.answer(record.id, wish.nonce, given)).toBe(true);
    await world.notices.send({ installId: record.id, rev: 0 });
  }

  const picturesIn = async (root: SlackMessage) =>
    (await messagesIn(channel)).filter((one) => one.thread_ts === root.ts && filesOf(one).length > 0);

  test('a picture of a milestone is in the thread once, whole, with words for those who cannot see it', async () => {
    const { record, root } = await running('web-01');
    await keepPicture(record, 'milestone:console-ready');
    await vi.waitFor(async () => expect(await picturesIn(root)).toHaveLength(1), soon);
    await world.restartBot();
    for (let again = 0; again < 3; again += 1) await world.store.note(record.id, note);
    // A later picture passes the same way: when it is there, so would be a second one of the first.
    await keepPicture(record, 'milestone:before-handback');
    await vi.waitFor(async () => expect(await picturesIn(root)).toHaveLength(2), soon);
    const [first, second] = await picturesIn(root);
    expect(first?.text).toMatch(/^📷 The installer's screen at \d\d:\d\d UTC, step 11 of 15: web-01\.$/);
    expect(second?.text).toContain("The installer's last screen");
    const [file] = first ? filesOf(first) : [];
    expect(file?.title).toMatch(/^web-01, \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(file?.alt_txt).toMatch(/^Screenshot of debian-13 being installed on web-01, .* 64 by 40 pixels/);
    expect(await download(file?.url_private ?? '')).toEqual(png);
    // The look-alike also takes the name that Slack does not know.
    const asked = await world.slack.calls('files.getUploadURLExternal');
    expect(asked[0]?.detail).toMatchObject({ alt_txt: file?.alt_txt });
  });

  test('/xepa shot says that it takes a picture, and the picture names who asked', async () => {
    const { record, root } = await running('web-02');
    await world.slack.command(bob, 'shot web-02');
    await whisper(bob, 'Taking a picture');
    const wish = await openWish(record);
    expect(wish).toMatchObject({ what: 'picture', by: bob, channel });
    await keepPicture(record, `asked:${wish.nonce}`, [bob]);
    await answer(record, wish, { what: 'picture', kind: `asked:${wish.nonce}` });
    await vi.waitFor(async () => expect(await picturesIn(root)).toHaveLength(1), soon);
    expect((await picturesIn(root))[0]?.text).toContain(`asked for by <@${bob}>`);
    await vi.waitFor(async () => expect(await wishes.all(record.id)).toEqual([]), soon);
    const events = await world.store.events(record.id);
    expect(events.find(({ type }) => type === 'picture-asked')).toMatchObject({ actor: { id: bob } });
  });

  /** As the web console does it for its page. */
  const askOnPage = (record: InstallRecord, by: string) =>
    putWish(
      { wishes, store: world.store, notices: world.notices },
      record.id,
      { what: 'picture', by, channel, lines: 0, asFile: false, onPage: true },
      { via: 'console', id: by },
    );

  test('a picture that the console’s page asks for is judged, posted, and told there', async () => {
    const { record, root } = await running('web-08');
    const asked = await askOnPage(record, bob);
    const wish = await openWish(record);
    expect(wish).toEqual(asked);
    await keepPicture(record, `asked:${wish.nonce}`, [bob]);
    await answer(record, wish, { what: 'picture', kind: `asked:${wish.nonce}` });
    const told = () => createPageAnswers({ redis: world.redis }).find(record.id, wish.nonce);
    await vi.waitFor(async () => expect(await told()).toEqual({ state: 'posted' }), soon);
    expect((await picturesIn(root))[0]?.text).toContain(`asked for by <@${bob}>`);
    const events = await world.store.events(record.id);
    expect(events.find(({ type }) => type === 'picture-asked')).toMatchObject({ actor: { via: 'console', id: bob } });
  });

  test('who may not have /xepa shot gets no picture by the page either, is told why, and it is recorded', async () => {
    const { id } = await install('db-02');
    await world.store.update(id, (now) => ({ record: { ...now, phase: 'forward', at: 'attend' }, note }));
    const record = await world.store.load(id);
    const { nonce } = await askOnPage(record, carol);
    const told = () => createPageAnswers({ redis: world.redis }).find(id, nonce);
    await vi.waitFor(async () => {
      expect(await told()).toMatchObject({ state: 'failed', message: expect.stringContaining('is protected') });
    }, soon);
    expect(await wishes.open(id)).toEqual([]);
    const refusal = (await world.store.events(id)).filter(({ type }) => type === 'refused');
    expect(refusal).toMatchObject([{ actor: { via: 'console', id: carol }, detail: { what: 'console-view' } }]);
  });

  test('a picture that cannot be taken is told to who asked', async () => {
    const { record } = await running('web-03');
    await world.slack.command(bob, 'shot web-03');
    await answer(record, await openWish(record), { what: 'failed', message: 'The <server> does not answer by SSH.' });
    await whisper(bob, 'There is no picture of the screen. The &lt;server&gt; does not answer by SSH.');
  });

  test('there is no picture before the installer runs, and no step of another name', async () => {
    await install('web-04');
    await world.slack.command(bob, 'shot web-04');
    await whisper(bob, 'only while the installer runs');
    await world.slack.command(bob, 'logs web-04 --step medai');
    await whisper(bob, 'Did you mean `media`');
    await world.slack.command(bob, 'logs web-04 --tail 0');
    await whisper(bob, 'from 1 to 500');
  });

  test('who may not see the console of a protected device gets no picture of it, and that is recorded', async () => {
    const { id } = await install('db-01');
    await world.store.update(id, (now) => ({ record: { ...now, phase: 'forward', at: 'attend' }, note }));
    await world.slack.command(carol, 'shot db-01');
    await whisper(carol, 'This device is protected');
    const events = await world.store.events(id);
    expect(events.at(-1)).toMatchObject({ type: 'refused', actor: { id: carol }, detail: { what: 'console-view' } });
    expect(await wishes.all(id)).toEqual([]);
  });

  test('/xepa logs tells what happened and who decided, at once where no server can be asked', async () => {
    await install('web-05', '--reason "<!channel> *now*"');
    await world.slack.command(bob, 'logs web-05');
    const told = await whisper(bob, 'requested by <@U01ALICE>');
    expect(JSON.stringify(told)).not.toContain('<!channel>');
    expect(JSON.stringify(told)).toContain('Installing, at reserve.');
  });

  test('/xepa logs shows the ends of the logs of the server, escaped', async () => {
    const { record } = await running('web-06');
    await world.slack.command(bob, 'logs web-06 --tail 3');
    const wish = await openWish(record);
    expect(wish).toMatchObject({ what: 'logs', lines: 3 });
    await answer(record, wish, { what: 'logs', serial: 'Installing\n```<!here>', qemu: 'vfio: well' });
    const told = await whisper(bob, 'vfio: well');
    expect(JSON.stringify(told)).toContain("'''&lt;!here&gt;");
    expect(told.blocks.length).toBeGreaterThanOrEqual(4);
  });

  test('long logs, and those wanted as a file, come as a file into the direct messages of who asked', async () => {
    const { record } = await running('web-07');
    await world.slack.command(bob, 'logs web-07 --file');
    await answer(record, await openWish(record), { what: 'logs', serial: 'a <line> `of` the guest', qemu: '' });
    await whisper(bob, 'are in a file in your messages');
    await world.slack.command(bob, 'logs web-07');
    await answer(record, await openWish(record), { what: 'logs', serial: 'long line\n'.repeat(3_000), qemu: '' });
    const state = State.parse(await (await fetch(`${world.slack.url}/_control/state`)).json());
    const direct = state.channels.map(({ id }) => id).find((id) => id.startsWith('D')) ?? '';
    await vi.waitFor(async () => {
      const files = (await messagesIn(direct)).flatMap(filesOf).filter(({ name }) => name === `${record.id}-log.txt`);
      expect(files).toHaveLength(2);
      const text = String(await download(files[0]?.url_private ?? ''));
      expect(text).toContain('a <line> `of` the guest');
      expect(text).toMatch(/^Install xe-\w+ of web-07 \(lab\/srv-7\)\nConsole ready, at attend\./);
      expect(text).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}requested {2}by slack:U01ALICE/);
      expect(files[0]?.alt_txt).toBeUndefined();
    }, soon);
    const inChannel = (await messagesIn(channel)).flatMap(filesOf).filter(({ name }) => name.endsWith('.txt'));
    expect(inChannel).toEqual([]);
  });

  test('no picture and no log is in the record or the audit trail', async () => {
    const records = await world.store.listRecent(100);
    const digest = createHash('sha256').update(png).digest('hex');
    const trails = await Promise.all(records.map(({ id }) => world.store.events(id)));
    const everything = JSON.stringify([records, trails]);
    for (const word of [digest, 'the guest', 'vfio: well', png.toString('base64').slice(0, 40)]) {
      expect(everything).not.toContain(word);
    }
  });
});
