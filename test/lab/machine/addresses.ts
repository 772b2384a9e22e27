import { createServer } from 'node:net';

const FIRST = 77;
const LAST = 99;

/**
 * First three parts of loopback addresses whose port is free for `count` devices: `127.0.77` unless another lab is
 * running. Every 127.x.y.z is this host; nothing has to be configured.
 */
export async function freeSubnet(port: number, count: number): Promise<string> {
  for (let third = FIRST; third <= LAST; third += 1) {
    const subnet = `127.0.${third}`;
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(`${subnet}.${index + 1}`, port)));
    if (free.every(Boolean)) return subnet;
  }
  throw new Error(
    `port ${port} is taken on 127.0.${FIRST}.1 to 127.0.${LAST}.1: stop another lab or choose another SSH port`,
  );
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
