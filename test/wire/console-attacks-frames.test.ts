import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { frame, openRaw, type RawSocket, upgradeHead } from '../support/raw-socket.ts';
import { type Siege, startSiege } from '../support/siege.ts';

/** WebSocket frames and HTTP requests that no browser sends, against a console at which somebody works. */
let siege: Siege;
let cookie: string;
let idleHandles: number;
beforeAll(async () => {
  siege = await startSiege({ XEPA_VIEWERS_PER_INSTALL: '40' });
  cookie = await siege.enter(siege.held);
  await siege.goesOn();
  idleHandles = siege.console.handles();
}, 60_000);
afterEach(() => siege.goesOn());
afterAll(async () => {
  siege.toldNobody();
  await siege.end();
});

const [TEXT, BINARY, CLOSE, PING] = [1, 2, 8, 9];
const MiB = 1024 * 1024;
const shake = Buffer.from('RFB 003.008\n\x01\x01', 'latin1');

/** A screen of the lawful viewer's own install, by hand. */
async function openScreen(): Promise<RawSocket> {
  // The limit of opens per session is a test of its own.
  for (const key of await siege.bench.redis.keys('xepa:limit:console-upgrade:*')) await siege.bench.redis.del(key);
  const raw = openRaw(siege.console.port);
  raw.socket.write(upgradeHead({ path: `/console/${siege.held}/vnc`, origin: siege.bench.url, cookie }));
  await vi.waitFor(() => expect(raw.heard()).toContain('RFB 003.008'), { timeout: 10_000 });
  return raw;
}

/** The code of the close frame at the end of what was heard; 1006 when there is none. */
function closeCode(raw: RawSocket): number {
  const bytes = Buffer.from(raw.heard(), 'latin1');
  const at = bytes.lastIndexOf(0x88);
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 1006;
}

describe('a screen', () => {
  it.each([
    ['a frame that is not masked', frame({ opcode: BINARY, body: shake, masked: false }), 1002],
    ['a frame with a bit that means nothing', frame({ opcode: BINARY, body: shake, reserved: true }), 1002],
    ['a kind of frame that is none', frame({ opcode: 3, body: shake }), 1002],
    ['a ping in two pieces', frame({ opcode: PING, body: shake, final: false }), 1002],
    ['a ping that is too long', frame({ opcode: PING, length: 126n }), 1002],
    ['a piece of nothing', frame({ opcode: 0, body: shake }), 1002],
    ['a close with a code that is none', frame({ opcode: CLOSE, body: Buffer.from([0, 5]) }), 1002],
    ['a frame of two megabytes', frame({ opcode: BINARY, length: BigInt(2 * MiB) }), 1009],
    ['a frame of all the bytes there are', frame({ opcode: BINARY, length: 2n ** 63n - 1n }), 1009],
    ['text that is no text', frame({ opcode: TEXT, body: Buffer.from([0xc3, 0x28]) }), 1007],
    ['text that we do not know', frame({ opcode: TEXT, body: Buffer.from('{"power":"off"}') }), 4011],
    ['a message of no RFB', frame({ opcode: BINARY, body: Buffer.concat([shake, Buffer.from([99])]) }), 4011],
    ['a clipboard of a gigabyte', frame({ opcode: BINARY, body: clipboard(2 ** 30) }), 4011],
  ])('ends at %s', async (_what, bytes, code) => {
    const raw = await openScreen();
    raw.socket.write(bytes);
    await raw.ended;
    expect(closeCode(raw)).toBe(code);
  });

  it('ends at random bytes, whatever they are', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const raw = await openScreen();
      raw.socket.write(randomBytes(64 * 1024));
      await raw.ended;
    }
  });

  it('ends at a message in more pieces than memory is worth', async () => {
    const raw = await openScreen();
    const before = siege.console.memory();
    raw.socket.write(frame({ opcode: BINARY, body: shake, final: false }));
    const pieces = Buffer.concat(
      Array.from({ length: 2_000 }, () => frame({ opcode: 0, body: Buffer.from([0]), final: false })),
    );
    for (let turn = 0; turn < 400 && raw.socket.writable; turn += 1) {
      if (!raw.socket.write(pieces))
        await Promise.race([raw.ended, new Promise((done) => raw.socket.once('drain', done))]);
    }
    await raw.ended;
    expect(siege.console.memory() - before).toBeLessThan(100);
  }, 60_000);

  it('takes lawful messages in the smallest pieces all the same', async () => {
    const raw = await openScreen();
    for (const byte of shake) raw.socket.write(frame({ opcode: BINARY, body: Buffer.from([byte]) }));
    await vi.waitFor(() => expect(raw.heard()).toContain('fake'), { timeout: 10_000 });
    raw.socket.destroy();
  });
});

describe('a request', () => {
  const json = 'Content-Type: application/json';
  const headOf = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
  const ours = () => ['Host: x', 'X-Xepa: 1', `Origin: ${siege.bench.url}`, json];

  it.each([
    ['is no HTTP', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['has headers without end', () => headOf('GET /c HTTP/1.1', 'Host: x', `A: ${'a'.repeat(40_000)}`), 431],
    ['has no host', () => headOf('GET /c HTTP/1.1'), 400],
    [
      'has two lengths, as smugglers like it',
      () =>
        `${headOf('POST /api/console/exchange HTTP/1.1', ...ours(), 'Content-Length: 5', 'Content-Length: 6')}hello!`,
      400,
    ],
    [
      'has a length and pieces, as smugglers like it',
      () =>
        `${headOf('POST /api/console/exchange HTTP/1.1', ...ours(), 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      400,
    ],
    ['breaks a header in two', () => 'GET /c HTTP/1.1\r\nHost: x\r\nA: b\n\rEvil: 1\r\n\r\n', 400],
    [
      'is larger than any of ours',
      () => headOf('POST /api/console/exchange HTTP/1.1', ...ours(), 'Content-Length: 1000000000'),
      413,
    ],
    ['asks for an echo', () => headOf('TRACE / HTTP/1.1', 'Host: x', 'Connection: close'), 404],
    ['asks us to connect somewhere', () => headOf('CONNECT 10.0.0.1:22 HTTP/1.1', 'Host: x'), null],
    [
      'asks for another protocol',
      () => headOf('GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'),
      404,
    ],
  ])('that %s is refused', async (_what, text, status) => {
    const raw = openRaw(siege.console.port);
    raw.socket.write(text(), 'latin1');
    await raw.ended;
    if (status === null) expect(raw.heard()).toBe('');
    else expect(raw.heard()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (/^content-type:/im.test(raw.heard())) {
      expect(raw.heard()).toMatch(/X-Content-Type-Options: nosniff/i);
      expect(raw.heard()).toMatch(/Content-Security-Policy: .*object-src 'none'/i);
    }
    expect(raw.heard()).not.toMatch(/node_modules|at \w+ \(|x-powered-by/i);
  });

  it('leaves nothing open behind it', async () => {
    await vi.waitFor(() => expect(siege.console.handles()).toBeLessThanOrEqual(idleHandles + 3), { timeout: 20_000 });
  });
});

function clipboard(length: number): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 6;
  head.writeUInt32BE(length, 4);
  return Buffer.concat([shake, head]);
}
