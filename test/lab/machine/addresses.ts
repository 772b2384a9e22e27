import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 77;
const LAST = 99;
/** Of a net's addresses the one that no device has: who listens there has the net. */
const CLAIM = 254;
export const MOST_DEVICES = CLAIM - 1;

/** Loopback addresses that are one lab's own, for as long as it lives. */
export interface Subnet {
  /** First three parts of the addresses: `127.0.77` unless another lab has that. */
  prefix: string;
  release: () => Promise<void>;
}

/**
 * Takes a net of loopback addresses whose port is free for `count` devices. Every 127.x.y.z is this host; nothing has to
 * be configured. A machine that is off listens nowhere, so its address would look free to another lab: the net is held by
 * a listener of ours, which only one process can have, and which the kernel takes away from one that dies.
 * @throws when no net is left
 */
export async function claimSubnet(port: number, count: number): Promise<Subnet> {
  if (count > MOST_DEVICES) throw new Error(`a lab has at most ${MOST_DEVICES} devices, not ${count}`);
  for (let third = FIRST; third <= LAST; third += 1) {
    const prefix = `127.0.${third}`;
    const release = await listen(`${prefix}.${CLAIM}`, port);
    if (release === null) continue;
    const addresses = Array.from({ length: count }, (_, index) => `${prefix}.${index + 1}`);
    const free = await Promise.all(addresses.map((address) => isFree(address, port)));
    if (free.every(Boolean)) return { prefix, release };
    await release();
  }
  throw new Error(
    `port ${port} is taken on 127.0.${FIRST}.1 to 127.0.${LAST}.1: stop another lab or choose another SSH port`,
  );
}

async function isFree(host: string, port: number): Promise<boolean> {
  const release = await listen(host, port);
  await release?.();
  return release !== null;
}

/** @returns what ends the listener, or null when somebody else is there */
async function listen(host: string, port: number): Promise<(() => Promise<void>) | null> {
  const server = createServer((socket) => socket.destroy());
  try {
    await once(server.listen({ host, port, exclusive: true }), 'listening');
  } catch {
    return null;
  }
  // It holds a place, not this process.
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
