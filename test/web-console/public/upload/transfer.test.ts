import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../web-console/public/answer.ts';
import { digestOf, keyOf } from '../../../../web-console/public/upload/digest.ts';
import { Transfer, type TransferNews } from '../../../../web-console/public/upload/transfer.ts';
import type { UploadApi } from '../../../../web-console/public/upload/transfer-api.ts';
import {
  BLOCK_BYTES,
  resumeAt,
  type UploadStanding,
  type UploadState,
} from '../../../../web-console/upload/contract.ts';

const content = randomBytes(2_500_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const refused = (code: string, message = code) => ({ kind: 'refused', code, message, resume: null }) as const;
const offline = { kind: 'offline' } as const;

/** The server and its file, as the routes behave; a test spoils single answers. */
class ModelServer implements UploadApi {
  file = Buffer.alloc(0);
  state: UploadState = 'asked';
  why: string | null = null;
  digest = '';
  n = 1;
  stopped = 0;
  /** What becomes of the next calls, by name; an answer in place of ours, or after it was done. */
  faults: { call: keyof UploadApi; answer: Answer<never>; after?: boolean }[] = [];
  /** Called before each piece. */
  onPiece: () => void = () => undefined;
  offsets: number[] = [];

  async #answer<T>(call: keyof UploadApi, act: () => T): Promise<Answer<T>> {
    const index = this.faults.findIndex((fault) => fault.call === call);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault && !fault.after) return fault.answer;
    const body = act();
    return fault ? fault.answer : { kind: 'ok', body };
  }

  begin = () => this.#answer('begin', () => ({ n: this.n }));
  room = () => this.#answer('room', () => ({ roomBytes: 1e9 }));
  look = () =>
    this.#answer('look', () => {
      const upload: UploadStanding = {
        ...{ n: this.n, name: 'a.iso', bytes: content.length, state: this.state, why: this.why },
        ...{ mine: true, key: 'k', at: this.file.length },
      };
      if (this.state === 'asked') this.state = 'waiting';
      else if (this.state === 'waiting') this.state = 'receiving';
      return { upload };
    });
  send = async ({ offset }: { offset: number }, piece: Blob) => {
    this.onPiece();
    const bytes = Buffer.from(await piece.arrayBuffer());
    this.offsets.push(offset);
    expect(offset % BLOCK_BYTES).toBe(0);
    if (offset > this.file.length) return refused('upload-place');
    return this.#answer('send', () => {
      const rest = this.file.subarray(offset + bytes.length);
      this.file = Buffer.concat([this.file.subarray(0, offset), bytes, rest]);
      return { at: resumeAt(this.file.length, content.length) };
    });
  };
  sent = (_n: number, digest: string) =>
    this.#answer('sent', () => {
      this.digest = digest;
      this.state = digest === createHash('sha256').update(this.file).digest('hex') ? 'ready' : 'failed';
      this.why = this.state === 'failed' ? 'It arrived otherwise.' : null;
    });
  stop = () =>
    this.#answer('stop', () => {
      this.stopped += 1;
    });
}

function transfer(server: ModelServer, given: { file?: Blob } = {}) {
  const news: TransferNews[] = [];
  const file = given.file ?? new Blob([content]);
  const waits: number[] = [];
  let ms = 0;
  const deps = {
    ...{ api: server, digest: digestOf(file), random: () => 0 },
    now: () => (ms += 100),
    sleep: async (wait: number) => void waits.push(wait),
  };
  const note = { name: 'a.iso', bytes: content.length, key: 'k' };
  return { news, waits, it: new Transfer(file, note, deps, (each) => news.push(each)) };
}

const states = (news: readonly TransferNews[]) =>
  news.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);

describe('a transfer', () => {
  it('waits to be let, sends all of it, and tells its digest', async () => {
    const server = new ModelServer();
    const { it: sending, news } = transfer(server);
    expect(await sending.run()).toEqual({ kind: 'ready' });
    expect([server.file.equals(content), server.digest]).toEqual([true, sha256]);
    expect(states(news)).toEqual(['asking', 'sending', 'checking']);
    expect(news.some(({ speed }) => speed !== null && speed > 0)).toBe(true);
    const sent = news.map((each) => each.sent);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  });

  it('goes on where the server is, and its digest is that of the whole file all the same', async () => {
    const server = new ModelServer();
    server.file = content.subarray(0, 1_000_000);
    expect(await transfer(server).it.run()).toEqual({ kind: 'ready' });
    expect(server.offsets[0]).toBe(15 * BLOCK_BYTES);
    expect(server.digest).toBe(sha256);
  });

  it.each<[string, ModelServer['faults']]>([
    [
      'a network that is gone',
      [
        { call: 'send', answer: offline },
        { call: 'look', answer: offline },
        { call: 'look', answer: offline },
      ],
    ],
    ['an answer that was lost', [{ call: 'send', answer: offline, after: true }]],
    ['an end that nobody confirmed', [{ call: 'sent', answer: offline, after: true }]],
    ['a begin that nobody answered', [{ call: 'begin', answer: offline }]],
    ['a piece that another one overtook', [{ call: 'send', answer: refused('upload-place') }]],
    [
      'a limit',
      [
        { call: 'send', answer: refused('too-fast') },
        { call: 'look', answer: refused('too-many') },
      ],
    ],
  ])('outlives %s, with a little patience', async (_what, faults) => {
    const server = new ModelServer();
    server.faults = faults;
    const { it: sending, waits } = transfer(server);
    expect(await sending.run()).toEqual({ kind: 'ready' });
    expect(server.file.equals(content)).toBe(true);
    expect(waits.length).toBeGreaterThan(1);
  });

  it('sends less at a time where the line does not bear it', async () => {
    const server = new ModelServer();
    const sizes: number[] = [];
    const send = server.send;
    server.send = async (place, piece) => {
      sizes.push(piece.size);
      return piece.size > 2 * BLOCK_BYTES ? offline : send(place, piece);
    };
    expect(await transfer(server).it.run()).toEqual({ kind: 'ready' });
    expect(sizes[0]).toBeGreaterThan(2 * BLOCK_BYTES);
    expect(sizes[1]).toBe(2 * BLOCK_BYTES);
  });

  it('pauses after the piece that is on its way, and goes on when told to', async () => {
    const server = new ModelServer();
    const { it: sending, news } = transfer(server);
    server.onPiece = () => {
      server.onPiece = () => undefined;
      sending.pause();
    };
    const run = sending.run();
    await expect.poll(() => news.at(-1)?.state).toBe('paused');
    expect(server.offsets).toEqual([0]);
    sending.goOn();
    expect(await run).toEqual({ kind: 'ready' });
    expect(server.file.equals(content)).toBe(true);
  });

  it.each([false, true])('is stopped by its person, and the server told, also while paused: %s', async (paused) => {
    const server = new ModelServer();
    const { it: sending, news } = transfer(server);
    server.onPiece = () => {
      if (paused) sending.pause();
      else void sending.stop();
    };
    const run = sending.run();
    if (paused) {
      await expect.poll(() => news.at(-1)?.state).toBe('paused');
      await sending.stop();
    }
    expect(await run).toEqual({ kind: 'stopped' });
    expect([server.stopped, server.offsets.length]).toEqual([1, 1]);
  });
});

describe('a transfer ends with a reason', () => {
  it.each<[string, (server: ModelServer) => void, string]>([
    [
      'the policy says no',
      (server) => Object.assign(server, { state: 'refused', why: 'Rule x forbids it.' }),
      'Rule x forbids it.',
    ],
    [
      'there is no room',
      (server) => server.faults.push({ call: 'begin', answer: refused('no-room', 'Too large.') }),
      'Too large.',
    ],
    [
      'memory is full',
      (server) => server.faults.push({ call: 'send', answer: refused('no-room', 'No memory.') }),
      'No memory.',
    ],
    [
      'its session is over',
      (server) => server.faults.push({ call: 'look', answer: refused('session-over', 'Over.') }),
      'Over.',
    ],
  ])('when %s', async (_when, spoil, why) => {
    const server = new ModelServer();
    spoil(server);
    expect(await transfer(server).it.run()).toEqual({ kind: 'failed', why });
  });

  it('when it arrived otherwise', async () => {
    const server = new ModelServer();
    server.state = 'receiving';
    server.file = Buffer.alloc(content.length);
    expect(await transfer(server).it.run()).toEqual({ kind: 'failed', why: 'It arrived otherwise.' });
  });

  it('when another ISO was asked for', async () => {
    const server = new ModelServer();
    server.onPiece = () => {
      server.n = 2;
    };
    server.faults = [{ call: 'send', answer: refused('upload-over') }];
    expect(await transfer(server).it.run()).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/Another ISO/),
    });
  });

  it('when the file was changed since it was chosen', async () => {
    const server = new ModelServer();
    const file = new Blob([content]);
    const slice = file.slice.bind(file);
    file.slice = (start, end) => {
      const part = slice(start, end);
      if ((start ?? 0) >= 1024 * 1024)
        part.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
      return part;
    };
    const send = server.send;
    server.send = (place, piece) => send(place, piece).catch(() => offline);
    expect(await transfer(server, { file }).it.run()).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/changed or moved/),
    });
    expect(server.stopped).toBe(1);
  });
});

describe('a file', () => {
  const file = (bytes: Buffer, given: { name?: string; lastModified?: number } = {}) =>
    new File([bytes], given.name ?? 'a.iso', { lastModified: given.lastModified ?? 7 });

  it('has the digest that others know it by, however it is read', async () => {
    const digest = digestOf(file(content));
    void digest.readTo(10);
    void digest.readTo(2_000_001);
    void digest.readTo(2_000_000);
    expect(await digest.finish()).toBe(sha256);
  });

  it('is known again by name, size, time and both ends', async () => {
    const key = await keyOf(file(content));
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await keyOf(file(Buffer.from(content)))).toBe(key);
    const changed = (at: number) => Buffer.from(content).fill(content[at] === 0 ? 1 : 0, at, at + 1);
    for (const other of [
      file(content, { name: 'b.iso' }),
      file(content, { lastModified: 8 }),
      file(content.subarray(1)),
      file(changed(0)),
      file(changed(content.length - 1)),
    ]) {
      expect(await keyOf(other)).not.toBe(key);
    }
  });
});
