import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Pipe, type PipeOptions } from '../../web-console/pipe.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { aPlace } from '../support/a-place.ts';

const minute = 60_000;
let http: Server;
let sockets: WebSocketServer;
beforeAll(async () => {
  http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  sockets = new WebSocketServer({ server: http });
});
afterAll(() => {
  sockets.close();
  http.close();
});

/** The VM's end of a pipe: takes everything, says what it is told to. */
class FakeStream extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }
}

async function aPipe(given: Partial<PipeOptions> = {}) {
  const clock = new FakeClock(0);
  const stream = new FakeStream();
  const reasons: string[] = [];
  const texts: string[] = [];
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const joined = once(sockets, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  client.on('message', (data: Buffer, isBinary) => void (isBinary || texts.push(data.toString())));
  const [[socket]] = await Promise.all([joined, once(client, 'open')]);
  const release = vi.fn(() => void stream.destroy());
  new Pipe({
    socket,
    target: { stream, release },
    banner: Buffer.from('RFB 003.008\n'),
    right: 'control',
    place: aPlace(given.right !== 'view'),
    clock,
    endsAt: 8 * 60 * minute,
    idleMs: 30 * minute,
    onClose: (reason) => reasons.push(reason),
    ...given,
  });
  const closed = once(client, 'close').then(([code]) => Number(code));
  return { client, clock, stream, reasons, texts, release, closed };
}

describe('a pipe', () => {
  it('is not idle while the person is busy with another part of the page', async () => {
    const { client, clock, texts, reasons } = await aPipe();
    clock.forward(28 * minute);
    await vi.waitFor(() => expect(texts).toEqual(['{"idle":120}']));
    client.send('active');
    await vi.waitFor(() => expect(texts.at(-1)).toBe('{"idle":null}'));
    expect(reasons).toEqual([]);
    client.terminate();
  });

  it('warns of idleness, takes the warning back at a key, and closes in the end', async () => {
    const { client, clock, texts, closed, reasons } = await aPipe();
    clock.forward(28 * minute);
    await vi.waitFor(() => expect(texts).toEqual(['{"idle":120}']));
    client.send(
      Buffer.concat([Buffer.from('RFB 003.008\n\x01\x01', 'latin1'), Buffer.from([4, 1, 0, 0, 0, 0, 0, 97])]),
    );
    await vi.waitFor(() => expect(texts.at(-1)).toBe('{"idle":null}'));
    clock.forward(30 * minute);
    expect(await closed).toBe(4008);
    expect(reasons).toEqual(['idle']);
  });

  it('does not take frame requests for a sign of life', async () => {
    const { client, clock, closed } = await aPipe();
    clock.forward(29 * minute);
    const request = Buffer.from([3, 1, 0, 0, 0, 0, 0, 1, 0, 1]);
    client.send(Buffer.concat([Buffer.from('RFB 003.008\n\x01\x01', 'latin1'), request]));
    client.send('ping');
    clock.forward(minute);
    expect(await closed).toBe(4008);
  });

  it('of somebody who only watches never falls idle, and ends with its session all the same', async () => {
    const { clock, texts, closed, reasons } = await aPipe({ right: 'view' });
    clock.forward(7 * 60 * minute);
    await new Promise((tick) => setTimeout(tick, 1_100));
    expect([texts, reasons]).toEqual([[], []]);
    clock.forward(60 * minute);
    expect(await closed).toBe(4002);
  });

  it('ends with its session, however busy', async () => {
    const { clock, closed, release } = await aPipe({ endsAt: 5 * minute });
    clock.forward(5 * minute);
    expect(await closed).toBe(4002);
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('says with its answer when the server is silent, and no more when it speaks', async () => {
    const stream = new FakeStream();
    let silent = true;
    const { client, texts } = await aPipe({ target: { stream, release: () => undefined, isSilent: () => silent } });
    client.send('ping');
    await vi.waitFor(() => expect(texts).toEqual(['{"pong":true,"silent":true}']));
    silent = false;
    client.send('ping');
    await vi.waitFor(() => expect(texts.at(-1)).toBe('{"pong":true}'));
    client.terminate();
  });

  it('gives the VM’s side back once when the browser goes', async () => {
    const { client, reasons, release } = await aPipe();
    client.terminate();
    await vi.waitFor(() => expect(reasons).toEqual(['left']));
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('drops a device that sends past its window', async () => {
    const { client, stream, closed, reasons } = await aPipe();
    client.pause();
    for (let i = 0; i < 40; i += 1) stream.push(Buffer.alloc(1024 * 1024));
    await vi.waitFor(() => expect(reasons).toEqual(['screenLost']));
    client.resume();
    expect([4010, 1006]).toContain(await closed);
  });
});
