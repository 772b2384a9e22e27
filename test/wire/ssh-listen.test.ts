import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { type Sshd, startSshd } from '../bench/console/sshd.ts';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const soon = { timeout: 10_000, interval: 20 };
const echo = (stream: Duplex) => void stream.pipe(stream);

async function answerOf(path: string): Promise<string> {
  const socket = connect(path);
  socket.write('hello');
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  return String(bytes);
}

/** The same is asked of OpenSSH's own server and of the one that stands in for it elsewhere. */
function listens(shells: { open(): Promise<HostShell>; path(): string }): void {
  let shell: HostShell;
  let path: string;

  beforeEach(async () => {
    shell = await shells.open();
    path = shells.path();
  });
  afterEach(() => shell.close());

  it('makes a socket there, and each connection to it is a stream here', async () => {
    await shell.listen(path, echo);
    expect(await Promise.all([answerOf(path), answerOf(path)])).toEqual(['hello', 'hello']);
  });

  it('takes the place of what was left behind', async () => {
    await writeFile(path, '');
    await shell.listen(path, echo);
    expect(await answerOf(path)).toBe('hello');
  });

  it('is taken over by another connection, which the first one cannot undo', async () => {
    const stop = await shell.listen(path, (stream) => void stream.end('first'));
    const other = await shells.open();
    await other.listen(path, echo);
    stop();
    shell.close();
    // The first connection's end has arrived once nothing is listened on any more by it.
    expect(await answerOf(path)).toBe('hello');
    other.close();
  });

  it('ends a stream with the connection, on either side', async () => {
    const here: Duplex[] = [];
    await shell.listen(path, (stream) => void here.push(stream.resume()));
    const there: Socket = connect(path);
    await expect.poll(() => here.length, soon).toBe(1);
    const ended = Promise.all([once(there, 'close'), once(here[0] ?? there, 'close')]);
    there.resume();
    shell.close();
    await ended;
  });

  it('says so where there is no place for a socket', async () => {
    expect(await failureOf(shell.listen(`${path}/beneath.sock`, echo))).toMatchObject({ code: 'not-allowed' });
  });
}

describe('a socket that OpenSSH listens on for us', () => {
  let [sshd, forbidding]: Sshd[] = [];
  let dir: string;
  let count = 0;

  const open = async (at: Sshd | undefined) => {
    if (!at) throw new Error('it is started before');
    const { port, user, hostKey } = at;
    return (await openSshShell({ host: '127.0.0.1', port, user, sudo: false, hostKey }, at.privateKey)).shell;
  };
  const path = () => {
    count += 1;
    return join(dir, `s${count}.sock`);
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'xepa-listen-'));
    sshd = await startSshd(dir);
    forbidding = await startSshd(dir, ['AllowStreamLocalForwarding local']);
  });
  afterAll(async () => {
    await Promise.all([sshd?.stop(), forbidding?.stop()]);
    await rm(dir, { recursive: true, force: true });
  });

  listens({ open: () => open(sshd), path });

  it('can be opened by its user only', async () => {
    const [shell, at] = [await open(sshd), path()];
    await shell.listen(at, echo);
    expect((await stat(at)).mode & 0o777).toBe(0o600);
    shell.close();
  });

  it('is not there where the server forbids it, which is said in words', async () => {
    const shell = await open(forbidding);
    expect(await failureOf(shell.listen(path(), echo))).toMatchObject({
      code: 'not-allowed',
      userMessage: expect.stringContaining('AllowStreamLocalForwarding'),
    });
    shell.close();
  });
});

describe('a socket that the stand-in of a device listens on for us', () => {
  const scene = useSshScene();
  listens({
    open: async () => (await openSshShell(scene.at(), scene.host.privateKey)).shell,
    path: () => join(scene.home, 'there.sock'),
  });
});
