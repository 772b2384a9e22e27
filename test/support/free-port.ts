import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux gives to whoever asks for any: nobody gets one of these between the look and its use by chance. */
const [FIRST, COUNT] = [20_000, 12_000];

/** Processes that look at the same time begin at different places, and none is given one twice. */
let next = randomInt(COUNT);

/** A TCP port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
