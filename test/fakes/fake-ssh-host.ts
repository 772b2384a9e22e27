import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { serveListening } from './ssh-listening.ts';

/** A device's sshd on loopback: one authorised key, commands, and streams to and from this machine's unix sockets. */
export interface FakeSshHost {
  port: number;
  /** Public key blob in base64, as it is pinned. */
  hostKey: string;
  /** What the install keeps sealed. */
  privateKey: string;
  /** The commands that were asked for, as the login shell gets them. */
  commands(): string[];
  /** Requests to be let in that came so far, by any method: each has named a user. */
  knocks(): number;
  /** Connections made so far, and those open now. */
  connections(): { total: number; open: number };
  /** Lets another public key in as well; a line of authorized_keys. */
  authorise(publicKey: string): void;
  /** Says goodbye on every connection. */
  drop(): void;
  /** Cuts every connection without a word, as a machine that is reset. */
  cut(): void;
  close(): Promise<void>;
}

export interface FakeSshHostOptions {
  /** `sockets` (the default) knows `test -S` and `rm -f` of a socket only; `sh` gives every command to the real /bin/sh. */
  run?: 'sockets' | 'sh';
  /** HOME of what `sh` runs. */
  home?: string;
  /** Put before PATH of what `sh` runs, so that a test may stand in for commands such as `sudo` and `reboot`. */
  binaries?: string;
  /** A host key pair that the test knows already; a fresh one otherwise. */
  hostPrivateKey?: string;
  /** False while nobody answers there. */
  isUp?: () => boolean;
  /**
   * How the next command goes wrong, asked for each of them. `cut`: the line is cut before it runs; `fails`: it ends with 1 and has done
   * nothing; `cut-after`: it is carried out, and the line is cut before anybody hears how it ended.
   */
  fault?: () => SshFault | null;
  /** Milliseconds between taking a command and its end, in `sockets`; a real sshd forks in between. */
  forkMs?: number;
}

export type SshFault = 'cut' | 'fails' | 'cut-after';

const FORK_MS = 20;

export async function startFakeSshHost(options: FakeSshHostOptions = {}): Promise<FakeSshHost> {
  const hostPrivateKey = options.hostPrivateKey ?? generateSshKey('host').privateKey;
  const user = generateSshKey('install');
  const authorised = [blobOf(user.publicKey)];
  const clients = new Set<Connection>();
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let total = 0;
  let knocks = 0;
  const server = new ssh2.Server({ hostKeys: [hostPrivateKey] }, (client) => {
    total += 1;
    clients.add(client);
    client.on('error', () => undefined).once('close', () => clients.delete(client));
    client.on('authentication', () => {
      knocks += 1;
    });
    serve(client, { authorised, commands, options });
  });
  // As sshd sets it once a command starts; Nagle's algorithm would glue the command's end to its beginning.
  const listener = createServer({ noDelay: true }, (socket) => {
    if (options.isUp?.() === false) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const drop = () => {
    for (const client of clients) client.end();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    hostKey: hostKeyOf(hostPrivateKey),
    privateKey: user.privateKey,
    commands: () => [...commands],
    knocks: () => knocks,
    connections: () => ({ total, open: clients.size }),
    authorise: (publicKey) => void authorised.push(blobOf(publicKey)),
    drop,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      drop();
      await new Promise<void>((done) => listener.close(() => done()));
    },
  };
}

interface Service {
  authorised: readonly Buffer[];
  commands: string[];
  options: FakeSshHostOptions;
}

function serve(client: Connection, { authorised, commands, options }: Service): void {
  serveListening(client);
  client.on('authentication', (context) => {
    const { method } = context;
    const known = method === 'publickey' && authorised.some((key) => context.key.data.equals(key));
    if (known) context.accept();
    else context.reject(['publickey']);
  });
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, info) => {
      commands.push(info.command);
      const fault = options.fault?.() ?? null;
      if (fault === 'cut') client.end();
      else answer(acceptExec(), info.command, { ...options, fault, cutAfter: fault === 'cut-after' ? client : null });
    });
  });
  client.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
    const socket = connect(socketPath);
    socket.once('error', () => reject());
    socket.once('connect', () => {
      const channel = accept();
      channel.on('error', () => undefined).once('close', () => socket.destroy());
      socket.on('error', () => undefined).once('close', () => channel.end());
      socket.pipe(channel).pipe(socket);
    });
  });
}

/** `cutAfter`: whose line is cut in place of telling how the command ended. */
type Answering = Omit<FakeSshHostOptions, 'fault'> & { cutAfter: Connection | null };

function answer(channel: ServerChannel, command: string, options: Answering & { fault: SshFault | null }): void {
  if (options.fault === 'fails') endWith(channel, 1);
  else if (options.run === 'sh') runInShell(channel, command, options);
  else answerSocketTest(channel, command, options.forkMs ?? FORK_MS);
}

function answerSocketTest(channel: ServerChannel, command: string, forkMs: number): void {
  const bare = command.replaceAll("'", '');
  const path = /^test -S (\S+)$/.exec(bare)?.[1];
  const removed = /^rm -f -- (\S+\.sock)$/.exec(bare)?.[1];
  if (removed !== undefined) rmSync(removed, { force: true });
  const end = () => endWith(channel, removed !== undefined || (path !== undefined && existsSync(path)) ? 0 : 1);
  // A real sshd forks before anything can end, so its answer to the request mostly travels alone.
  if (forkMs === 0) end();
  else setTimeout(end, forkMs);
}

function endWith(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}

/** As sshd does it: the login shell with `-c`, and the end of the line ends what reads from it. */
function runInShell(channel: ServerChannel, command: string, options: Answering): void {
  const path = [options.binaries, process.env.PATH].filter((part) => part !== undefined).join(':');
  const env = { PATH: path, HOME: options.home ?? '/nonexistent' };
  const child = spawn('/bin/sh', ['-c', command], { env, cwd: '/', stdio: 'pipe' });
  channel.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  channel.once('close', () => {
    child.stdin.destroy();
    child.kill('SIGHUP');
  });
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('close', (code, signal) => {
    if (options.cutAfter) return void options.cutAfter.end();
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal.replace('SIG', ''), false, '');
    channel.end();
  });
}

function blobOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
}

function hostKeyOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return key.getPublicSSH().toString('base64');
}
