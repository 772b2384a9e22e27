import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trimmedOutput } from '../../core/ssh/command.ts';
import type { HostShell, OpenShell } from '../../core/ssh/host-shell.ts';
import { openSshShell, openStandingShells } from '../../core/ssh/ssh-shell.ts';
import { armDeadMan, disarmDeadMan, feedDeadMan } from '../../worker/host/dead-man.ts';
import { survey } from '../../worker/host/survey.ts';
import type { Sshd } from '../bench/console/sshd.ts';
import { failureOf } from '../support/failure-of.ts';
import { startSudoSshd } from '../support/sudo-sshd.ts';

const HARD = ['Defaults env_reset', 'Defaults secure_path="/usr/sbin:/usr/bin:/sbin:/bin"', 'Defaults use_pty'];
const FREE = 'USER ALL=(ALL:ALL) NOPASSWD: ALL';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-sudo-'));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const open = async (
  { port, user, hostKey, privateKey }: Sshd,
  openShell: OpenShell = openSshShell,
): Promise<HostShell> => (await openShell({ host: '127.0.0.1', port, user, sudo: true, hostKey }, privateKey)).shell;

/** Accounts of its own are given to an sshd by root alone; the Debian package with an sshd would start one for all the world. */
const missing = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...(existsSync('/usr/sbin/sshd') ? [] : ['/usr/sbin/sshd (openssh-server)']),
  ...(existsSync('/usr/bin/sudo') ? [] : ['sudo']),
];
const titled = (title: string) =>
  missing.length > 0 ? `SKIPPED, for want of ${missing.join(' and ')}: ${title}` : title;

describe.skipIf(missing.length > 0)(titled('a user who is root by sudo'), () => {
  let sshd: Sshd & { uid: number };
  let shell: HostShell;
  let count = 0;
  const servers: Server[] = [];

  beforeAll(async () => {
    sshd = await startSudoSshd(dir, [...HARD, FREE]);
    shell = await open(sshd);
  });
  afterAll(async () => {
    shell.close();
    for (const server of servers) server.close();
    await sshd.stop();
  });

  /** A folder as scripts of ours make it: root's alone, and so is the one above. */
  let folder: string;
  beforeEach(async () => {
    count += 1;
    folder = join(dir, `run-${count}`, 'xe-1');
    await mkdir(folder, { recursive: true, mode: 0o700 });
  });

  /** As QEMU makes its sockets. */
  async function rootListens(path: string, says: string): Promise<Server> {
    const server = createServer((socket) => void socket.on('error', () => undefined).end(says));
    servers.push(server);
    await once(server.listen(path), 'listening');
    await chmod(path, 0o600);
    return server;
  }

  const said = async (path: string) => {
    const stream = await shell.forward(path);
    const [bytes] = await once(stream, 'data');
    stream.destroy();
    return String(bytes);
  };

  it('runs our commands as root, scripts and files too', async () => {
    expect(await shell.exec({ argv: ['id', '-un'], timeoutMs: 5_000, parse: trimmedOutput })).toBe('root');
    await shell.upload(Buffer.from('whole'), { path: join(folder, 'file'), mode: '600' });
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('whole');
    expect((await stat(join(folder, 'file'))).uid).toBe(0);
  });

  it('has a standing shell of root', async () => {
    const refused: string[] = [];
    const standing = await open(
      sshd,
      openStandingShells((_host, why) => refused.push(why)),
    );
    const who = { argv: ['sh', '-c', 'echo "$(id -un) $$"'], timeoutMs: 5_000, parse: trimmedOutput };
    const first = await standing.exec(who);
    expect(first).toMatch(/^root \d+$/);
    expect(await standing.exec(who)).toBe(first);
    expect(refused).toEqual([]);
    standing.close();
  });

  it('is still known by its connection, which sudo hides from what it runs', async () => {
    const hidden = { argv: ['printenv', 'SSH_CONNECTION'], timeoutMs: 5_000, okCodes: [1], parse: trimmedOutput };
    expect(await shell.exec(hidden)).toBe('');
    const looked = await shell.exec({ ...survey(), parse: ({ stdout }) => stdout });
    expect(looked).toMatch(/^## xepa ssh\n127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+$/m);
  });

  it('reaches sockets that only root can open, each of them, and they stay closed to others', async () => {
    await rootListens(join(folder, 'vnc.sock'), 'RFB');
    await rootListens(join(folder, 'qmp.sock'), 'QMP');
    expect([await said(join(folder, 'vnc.sock')), await said(join(folder, 'qmp.sock'))]).toEqual(['RFB', 'QMP']);
    const { mode, uid } = await stat(join(folder, 'vnc.sock'));
    expect([mode & 0o777, uid]).toEqual([0o600, sshd.uid]);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it('reaches a socket that was made anew since', async () => {
    const path = join(folder, 'qmp.sock');
    const first = await rootListens(path, 'first');
    expect(await said(path)).toBe('first');
    await new Promise((closed) => first.close(closed));
    await rootListens(path, 'second');
    expect(await said(path)).toBe('second');
  });

  it('says of a socket that is not there what it says to root', async () => {
    expect(await failureOf(shell.forward(join(folder, 'none.sock')))).toMatchObject({ code: 'host-command-failed' });
  });

  it('leaves the timer of a server running when the connection ends, and finds it again', async () => {
    const first = await open(sshd);
    const timer = { dir: folder, seconds: 3_600, previous: [], reboot: false };
    expect(await first.exec(armDeadMan(timer))).toEqual({ armed: true, fired: false });
    const gone = new Promise<void>((done) => first.onClose(done));
    first.close();
    await gone;
    expect(await shell.exec(feedDeadMan(folder))).toEqual({ armed: true, fired: false });
    await shell.exec(disarmDeadMan(folder));
    await expect.poll(() => shell.exec(feedDeadMan(folder)), { timeout: 10_000 }).toMatchObject({ armed: false });
  });

  it('makes a socket in a folder of root, which root can open', async () => {
    const path = join(folder, 'disc.sock');
    await shell.listen(path, (stream) => void stream.pipe(stream));
    const socket = connect(path);
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
  });
});

describe.skipIf(missing.length > 0)(titled('a user whom sudo refuses'), () => {
  const refusals = [
    { rights: ['USER ALL=(ALL:ALL) ALL'], says: 'NOPASSWD' },
    { rights: ['Defaults requiretty', FREE], says: 'requiretty' },
    { rights: ['root ALL=(ALL:ALL) ALL'], says: 'sudo' },
  ];

  it.each(refusals)('is told why, and what to do: $says', async ({ rights, says }) => {
    const sshd = await startSudoSshd(dir, rights);
    const shell = await open(sshd);
    const id = { argv: ['id'], timeoutMs: 5_000, parse: trimmedOutput };
    const error = await failureOf(shell.exec(id));
    expect(error).toMatchObject({ code: 'device-unfit', retry: 'no' });
    expect(error.userMessage).toContain(says);
    const standing = await open(
      sshd,
      openStandingShells(() => undefined),
    );
    expect((await failureOf(standing.exec(id))).userMessage).toBe(error.userMessage);
    standing.close();
    shell.close();
    await sshd.stop();
  });
});
