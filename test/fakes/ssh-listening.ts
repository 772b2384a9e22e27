import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import { z } from 'zod';

/** What ssh2's server has for OpenSSH's own extension, and its types do not. */
interface Forwarder {
  openssh_forwardOutStreamLocal(path: string, use: (error: Error | undefined, channel: ServerChannel) => void): void;
}

const Where = z.object({ socketPath: z.string() });

/** As sshd does it: a path that is taken is refused, and what was listened on stays there as a file. */
export function serveListening(client: Connection & Partial<Forwarder>): void {
  const servers = new Map<string, Server>();
  const listenAt = (path: string, accept: () => void, reject: () => void): void => {
    if (existsSync(path)) {
      reject();
      return;
    }
    const server = createServer((socket) => {
      socket.on('error', () => undefined).pause();
      client.openssh_forwardOutStreamLocal?.(path, (error, channel) => {
        if (error) {
          socket.destroy();
          return;
        }
        channel.on('error', () => undefined).once('close', () => socket.destroy());
        socket.once('close', () => channel.end());
        socket.pipe(channel).pipe(socket);
      });
    });
    servers.set(path, server);
    server.once('error', reject).listen(path, accept);
  };
  client.on('request', (accept, reject, name: string, info: unknown) => {
    const path = Where.safeParse(info).data?.socketPath ?? '';
    if (name === 'streamlocal-forward@openssh.com') {
      listenAt(
        path,
        () => accept?.(),
        () => reject?.(),
      );
    } else if (servers.get(path)?.close()) accept?.();
    else reject?.();
  });
  client.once('close', () => {
    for (const server of servers.values()) server.close();
  });
}
