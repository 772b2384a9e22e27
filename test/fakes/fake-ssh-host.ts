import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';

/** A device's sshd on loopback: one authorised key, `test -S`, and streams to this machine's unix sockets. */
export interface FakeSshHost {
  port: number;
  /** Public key blob in base64, as it is pinned. */
  hostKey: string;
  /** What the install keeps sealed. */
  privateKey: string;
  /** Connections made so far, and those open now. */
  connections(): { total: number; open: number };
  /** Cuts every connection, as a network that fails. */
  drop(): void;
  close(): Promise<void>;
}

const FORK_MS = 20;

export async function startFakeSshHost(): Promise<FakeSshHost> {
  const host = generateSshKey('host');
  const user = generateSshKey('install');
  const clients = new Set<Connection>();
  let total = 0;
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (client) => {
    total += 1;
    clients.add(client);
    client.on('error', () => undefined).once('close', () => clients.delete(client));
    serve(client, user.publicKey);
  });
  // As sshd sets it once a command starts; Nagle's algorithm would glue the command's end to its beginning.
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    hostKey: host.publicKey.split(' ')[1] ?? '',
    privateKey: user.privateKey,
    connections: () => ({ total, open: clients.size }),
    drop() {
      for (const client of clients) client.end();
    },
    async close() {
      for (const client of clients) client.end();
      await new Promise<void>((done) => listener.close(() => done()));
    },
  };
}

function serve(client: Connection, publicKey: string): void {
  const authorised = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  client.on('authentication', (context) => {
    const known = context.method === 'publickey' && context.key.data.equals(authorised);
    if (known) context.accept();
    else context.reject(['publickey']);
  });
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, info) => {
      const path = /^test -S (\S+)$/.exec(info.command.replaceAll("'", ''))?.[1];
      const channel = acceptExec();
      const code = path !== undefined && existsSync(path) ? 0 : 1;
      // A real sshd forks before anything can end, so its answer to the request travels alone.
      setTimeout(() => {
        channel.exit(code);
        channel.end();
      }, FORK_MS);
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
