import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** A TCP port for VNC clients that know nothing of WebSockets; each connection gets a screen of its own. */
export interface NativeBridge {
  port: number;
  close(): Promise<void>;
}

type OnMessage = (data: Buffer, isBinary: boolean) => void;

/** @param open opens a screen whose messages go to the listener from the first one on */
export async function startNativeBridge(open: (onMessage: OnMessage) => Promise<WebSocket>): Promise<NativeBridge> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined).once('close', () => clients.delete(client));
    client.pause();
    open((data, isBinary) => void (isBinary && client.writable && client.write(data)))
      .then((screen) => {
        client.on('data', (bytes: Buffer) => screen.send(bytes)).resume();
        client.once('close', () => screen.terminate());
        screen.once('close', () => client.destroy());
      })
      .catch(() => client.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
