import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRaw, type RawSocket, upgradeHead } from '../support/raw-socket.ts';
import { type Siege, startSiege } from '../support/siege.ts';

/** Clients that dawdle, and clients without number, against a console at which somebody works. */
let siege: Siege;
beforeAll(async () => {
  siege = await startSiege({ XEPA_CONNECTIONS_PER_ADDRESS: '100', XEPA_VIEWERS_TOTAL: '100' });
  await siege.goesOn();
}, 60_000);
afterAll(async () => {
  siege.toldNobody();
  await siege.end();
});

const PER_ADDRESS = 100;
/** Four times XEPA_VIEWERS_TOTAL. */
const TOTAL = 400;
const TRICKLE_MS = 500;

/** Sends a byte every now and then for as long as it is let. */
function trickle(raw: RawSocket, next: () => string | Buffer): void {
  const timer = setInterval(() => raw.socket.writable && raw.socket.write(next()), TRICKLE_MS);
  void raw.ended.then(() => clearInterval(timer));
}

/** Opens connections in waves; each lives as long as it is let. */
async function waves(count: number, from: (index: number) => string): Promise<RawSocket[]> {
  const all: RawSocket[] = [];
  const WAVE = 500;
  for (let begun = 0; begun < count; begun += WAVE) {
    const wave = Array.from({ length: WAVE }, (_, index) => openRaw(siege.console.port, from(begun + index)));
    await Promise.all(
      wave.map(({ socket, ended }) => Promise.race([ended, new Promise((done) => socket.once('connect', done))])),
    );
    all.push(...wave);
  }
  return all;
}

describe('a client that dawdles', () => {
  it('is shown out: without a request, in its headers, in its body, before and after its upgrade', async () => {
    const cookie = await siege.enter(siege.held);
    const { port } = siege.console;
    const post = [
      'POST /api/console/exchange HTTP/1.1',
      ...[
        'Host: x',
        'X-Xepa: 1',
        `Origin: ${siege.bench.url}`,
        'Content-Type: application/json',
        'Content-Length: 900',
      ],
    ];
    const path = `/console/${siege.held}/vnc`;
    const from = '127.0.0.3';
    const slow = Array.from({ length: 10 }, () => ({
      silent: openRaw(port, from),
      headers: openRaw(port, from),
      body: openRaw(port, from),
      upgrade: openRaw(port, from),
    }));
    // A page that opened a screen and says no word of RFB, but answers whatever keeps a line alive.
    const mute = openRaw(port, from);
    mute.socket.write(upgradeHead({ path, origin: siege.bench.url, cookie }));
    for (const { headers, body, upgrade } of slow) {
      headers.socket.write('GET /c HTTP/1.1\r\nHost: x\r\n');
      trickle(headers, () => 'X-A: b\r\n');
      body.socket.write(`${post.join('\r\n')}\r\n\r\n{"ticket":"`);
      trickle(body, () => 'a');
      upgrade.socket.write(upgradeHead({ path, origin: siege.bench.url, cookie }).slice(0, -2));
      trickle(upgrade, () => 'X-A: b\r\n');
    }
    const all = [...slow.flatMap((each) => Object.values(each)), mute];
    let left = all.length;
    for (const { ended } of all) void ended.then(() => (left -= 1));
    await vi.waitFor(() => expect(left).toBe(0), { timeout: 60_000, interval: 500 });
    for (const { headers, body, upgrade } of slow) {
      for (const { heard } of [headers, body, upgrade]) expect(heard()).toMatch(/^HTTP\/1.1 408 /);
    }
    expect(mute.heard()).toContain('101 Switching Protocols');
    expect(JSON.parse(siege.logged('a request was cut off')[0] ?? '{}')).toMatchObject({
      from,
      code: expect.any(String),
    });
    await siege.goesOn();
  }, 90_000);
});

describe('ten thousand connections', () => {
  it('of one address are held down to its share, in sockets and in memory', async () => {
    const [handles, memory] = [siege.console.handles(), siege.console.memory()];
    const all = await waves(5_000, () => '127.0.0.4');
    await siege.goesOn();
    expect(siege.console.handles() - handles).toBeLessThanOrEqual(PER_ADDRESS + 10);
    expect(siege.console.memory() - memory).toBeLessThan(150);
    // Somebody else still comes in by a fresh connection.
    expect((await fetch(`${siege.console.at}/c`)).status).toBe(200);
    for (const { socket } of all) socket.destroy();
    await vi.waitFor(() => expect(siege.console.handles()).toBeLessThanOrEqual(handles + 5), { timeout: 20_000 });
  }, 90_000);

  it('of many addresses are held down to what the process takes, and are gone by themselves', async () => {
    const [handles, memory] = [siege.console.handles(), siege.console.memory()];
    const all = await waves(5_000, (index) => `127.0.${1 + (index % 200)}.1`);
    await siege.goesOn();
    expect(siege.console.handles() - handles).toBeLessThanOrEqual(TOTAL + 10);
    expect(siege.console.memory() - memory).toBeLessThan(150);
    // Nobody closes them: the process does, and takes new ones then.
    await vi.waitFor(async () => expect((await fetch(`${siege.console.at}/c`)).status).toBe(200), {
      timeout: 30_000,
      interval: 500,
    });
    await vi.waitFor(() => expect(siege.console.handles()).toBeLessThanOrEqual(handles + 5), { timeout: 30_000 });
    for (const { socket } of all) socket.destroy();
    await siege.goesOn();
  }, 90_000);

  it('are a few lines in the log', () => {
    expect(siege.logged('a connection was dropped: its address has too many').length).toBeGreaterThan(0);
    expect(siege.logged('a connection was dropped: the process has its fill').length).toBeGreaterThan(0);
    expect(siege.console.log().split('\n').length).toBeLessThan(1_000);
  });
});
