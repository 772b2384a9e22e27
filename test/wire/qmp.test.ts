import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectQmp, type Qmp } from '../../core/qmp.ts';
import { type FakeQmp, startFakeQmp } from '../fakes/fake-qmp.ts';

let dir: string;
let path: string;
let qemu: FakeQmp | undefined;
let server: Server | undefined;
const open: Socket[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-qmp-'));
  path = join(dir, 'qmp.sock');
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await qemu?.close();
  server?.close();
  [qemu, server] = [undefined, undefined];
  await rm(dir, { recursive: true, force: true });
});

function dial(): Socket {
  const socket = connect(path);
  open.push(socket);
  return socket;
}

const greeting = '{"QMP": {"version": {}, "capabilities": []}}\r\n';

/** A QEMU that answers each command as the test says; undefined says nothing. */
async function qemuThat(answer: (command: { execute: string; id: number }) => string | undefined, hello = greeting) {
  server = createServer((socket) => {
    open.push(socket);
    socket.setEncoding('utf8').on('error', () => undefined);
    socket.on('data', (text: string) => {
      for (const line of text.trim().split('\n')) {
        const command = JSON.parse(line);
        socket.write((command.execute === 'qmp_capabilities' ? ok(command) : answer(command)) ?? '');
      }
    });
    socket.write(hello);
  });
  await once(server.listen(path), 'listening');
}

const ok = ({ id }: { id: number }, value: unknown = {}) => `${JSON.stringify({ return: value, id })}\r\n`;

async function talk(): Promise<Qmp> {
  return connectQmp(dial(), 1_000);
}

describe('a conversation with QEMU', () => {
  it('begins with its greeting, and gives each answer to its question', async () => {
    qemu = await startFakeQmp(path);
    const qmp = await talk();
    expect(await Promise.all([qmp.execute('query-status'), qmp.execute('system_reset')])).toEqual([
      { status: 'running', running: true },
      {},
    ]);
    expect(qemu.executed()).toEqual(['query-status', 'system_reset']);
  });

  it('takes answers in any order', async () => {
    const held: string[] = [];
    await qemuThat((command) => {
      held.push(ok(command, command.execute));
      return held.length === 2 ? held.reverse().join('') : undefined;
    });
    const qmp = await talk();
    expect(await Promise.all([qmp.execute('first'), qmp.execute('second')])).toEqual(['first', 'second']);
  });

  it('hands over arguments, and the words of a refusal', async () => {
    await qemuThat(
      (command) =>
        `${JSON.stringify({ error: { class: 'GenericError', desc: JSON.stringify(command) }, id: command.id })}\n`,
    );
    const failed = (await talk()).execute('eject', { id: 'cd' });
    await expect(failed).rejects.toMatchObject({ code: 'vm-failed', retry: 'backoff' });
    await expect(failed).rejects.toThrow('"arguments":{"id":"cd"}');
  });

  it('tells events, also between a question and its answer, and without data', async () => {
    const events = '{"event":"SHUTDOWN","data":{"guest":true},"timestamp":{}}\r\n{"event":"STOP"}\r\n';
    await qemuThat((command) => events + ok(command));
    const qmp = await talk();
    const told: [string, unknown][] = [];
    qmp.onEvent((event, data) => told.push([event, data]));
    await qmp.execute('query-status');
    expect(told).toEqual([
      ['SHUTDOWN', { guest: true }],
      ['STOP', {}],
    ]);
  });

  it('understands what comes one byte at a time, letters of several bytes among it', async () => {
    server = createServer(async (peer) => {
      open.push(peer);
      peer.setNoDelay(true).setEncoding('utf8');
      const drip = async (text: string) => {
        for (const byte of Buffer.from(text)) await new Promise((sent) => peer.write(Buffer.from([byte]), sent));
      };
      await drip(greeting);
      peer.on('data', (text: string) => void drip(ok(JSON.parse(text), 'grüße ✓')));
    });
    await once(server.listen(path), 'listening');
    expect(await (await talk()).execute('query-name')).toBe('grüße ✓');
  });

  it('steps over what it does not understand', async () => {
    await qemuThat(
      (command) =>
        `garbage\n{"half":\n[]\n"text"\n{"id":"x","return":1}\n{"id":999,"return":1}\n${ok(command, 'well')}`,
    );
    expect(await (await talk()).execute('query-status')).toBe('well');
  });
});

describe('a QEMU that does not answer', () => {
  it('is given up when another client holds its socket, which is free again afterwards', async () => {
    qemu = await startFakeQmp(path);
    const first = await talk();
    await expect(connectQmp(dial(), 50)).rejects.toMatchObject({
      code: 'vm-failed',
      message: 'QMP: QEMU did not greet',
    });
    first.close();
    await vi.waitFor(async () => (await talk()).close());
  });

  it('fails every question that waits when it hangs up, and every later one', async () => {
    await qemuThat(() => undefined);
    const qmp = await talk();
    const waiting = [qmp.execute('a'), qmp.execute('b')].map((question) =>
      expect(question).rejects.toMatchObject({ message: expect.stringMatching(/ended|broke/) }),
    );
    for (const socket of open) socket.destroy();
    await Promise.all(waiting);
    await expect(qmp.execute('c')).rejects.toMatchObject({ code: 'vm-failed' });
  });

  it('fails a question after its time, and goes on with the others', async () => {
    await qemuThat((command) => (command.execute === 'silent' ? undefined : ok(command, 'well')));
    const qmp = await connectQmp(dial(), 100);
    await expect(qmp.execute('silent')).rejects.toThrow('no answer to silent');
    expect(await qmp.execute('other')).toBe('well');
  });

  it('is left when it closes without a greeting, or greets and refuses to talk', async () => {
    server = createServer((socket) => socket.destroy());
    await once(server.listen(path), 'listening');
    await expect(talk()).rejects.toThrow('closed its control socket');
    server.close();
    const ended: unknown[] = [];
    server = createServer((socket) => {
      socket.on('close', () => ended.push('closed')).on('error', () => undefined);
      socket.resume().write(greeting);
    });
    await once(server.listen(path), 'listening');
    await expect(connectQmp(dial(), 100)).rejects.toThrow('no answer to qmp_capabilities');
    await vi.waitFor(() => expect(ended).toEqual(['closed']));
  });

  it('cannot fill our memory with a line that never ends', async () => {
    const closed: unknown[] = [];
    server = createServer((socket) => {
      socket.on('error', () => undefined).on('close', () => closed.push('cut'));
      const block = 'x'.repeat(1024 * 1024);
      const pour = () => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', pour);
      pour();
    });
    await once(server.listen(path), 'listening');
    await expect(connectQmp(dial(), 5_000)).rejects.toThrow('closed its control socket');
    await vi.waitFor(() => expect(closed).toEqual(['cut']));
  });
});
