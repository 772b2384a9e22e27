import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP line to a port of this machine, or of one in the lab, which can be cut as networks are: nothing arrives any more, and nobody is told. */
export interface CutLine {
  port: number;
  cut(): void;
  /** What was under way arrives now. */
  mend(): void;
  close(): Promise<void>;
}

export async function startCutLine(upstreamPort: number, host = '127.0.0.1'): Promise<CutLine> {
  const pairs = new Set<[client: Socket, upstream: Socket]>();
  let whole = true;
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, host);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    if (whole) join(pair);
  });

  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      whole = false;
      // Without a reader a socket is not read: what is sent stays with its sender, and so does the end of a connection.
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
      }
    },
    mend() {
      if (whole) return;
      whole = true;
      for (const pair of pairs) join(pair);
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function join([client, upstream]: [Socket, Socket]): void {
  client.pipe(upstream).pipe(client);
}
