import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A plain TCP balancer: takes turns among its upstreams, goes past one that does not answer, and knows nothing of HTTP. */
export interface Balancer {
  port: number;
  /** Ports of the upstreams, to be changed at will. */
  upstreams: number[];
  /** The upstream of each connection that was made, in order. */
  served(): number[];
  /** Cuts every connection that is open now. */
  cut(): void;
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const upstreams: number[] = [];
  const served: number[] = [];
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined).once('close', () => open.delete(client));
    const from = turn;
    turn += 1;
    const order = upstreams.map((_, index) => upstreams[(from + index) % upstreams.length] ?? 0);
    tryNext(client, order);
  });

  function tryNext(client: Socket, [port, ...others]: number[]): void {
    if (port === undefined) return void client.destroy();
    const upstream = connect(port, '127.0.0.1');
    upstream.once('error', () => tryNext(client, others));
    upstream.once('connect', () => {
      upstream.removeAllListeners('error').on('error', () => undefined);
      served.push(port);
      client.pipe(upstream).pipe(client);
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
    });
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    upstreams,
    served: () => [...served],
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
