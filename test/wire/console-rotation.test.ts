import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createTickets } from '../../core/tickets.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type ConsoleBench, cookieOf, secret, startConsoleBench } from '../support/console-bench.ts';
import { type ConsoleProcess, startConsoleProcess } from '../support/console-process.ts';
import { freePort } from '../support/free-port.ts';

/** XEPA_SECRET is rotated as the handbook says, while links are on their way and a console is open. */
const newer = 'another secret of at least thirty-two characters';
const id = 'xe-rotate';
let bench: ConsoleBench;
let vnc: FakeVnc;
let port: number;
let running: ConsoleProcess | undefined;

beforeAll(async () => {
  bench = await startConsoleBench();
  vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`);
  // Its SSH key is sealed under the secret of before.
  await bench.install(id);
  port = await freePort();
}, 60_000);
afterAll(async () => {
  await running?.stop();
  await vnc.close();
  await bench.close();
});

/** Stops the console and starts it again with other secrets, at the same address. */
async function restart(env: Record<string, string>): Promise<void> {
  await running?.stop();
  running = await startConsoleProcess(bench, { publicUrl: bench.url, port, env });
}

async function redeem(ticket: string): Promise<Response> {
  await bench.redis.del('xepa:limit:exchange:127.0.0.1');
  return fetch(`http://127.0.0.1:${port}/api/console/exchange`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Xepa': '1', Origin: bench.url },
    body: JSON.stringify({ ticket }),
  });
}

async function opens(cookie: string): Promise<unknown> {
  try {
    const screen = await bench.screen(id, { at: `http://127.0.0.1:${port}`, cookie });
    screen.terminate();
    return 'open';
  } catch (error) {
    return error;
  }
}

const older = () => bench.ticket(id);
const fresh = () =>
  createTickets({ redis: bench.redis, keyring: parseKeyring(newer), clock: systemClock }).issue({
    installId: id,
    ...{ slackUser: 'U01ALICE', right: 'control', ttlSeconds: 120 },
  });

it('a rotation of the secret costs no link, no session and no screen, and ends the old secret when it is dropped', async () => {
  await restart({ XEPA_SECRET: secret });
  const before = cookieOf(await redeem(await older()));
  expect(await opens(before)).toBe('open');
  const [onItsWay, kept, used] = [await older(), await older(), await older()];
  expect((await redeem(used)).status).toBe(200);

  await restart({ XEPA_SECRET: newer, XEPA_SECRET_PREVIOUS: secret });
  expect(await opens(before)).toBe('open');
  const link = await redeem(onItsWay);
  expect(link.status).toBe(200);
  expect(await opens(cookieOf(link))).toBe('open');
  // What is used stays used, and what is new is made under the new secret.
  expect((await redeem(used)).status).toBe(410);
  expect((await redeem(await fresh())).status).toBe(200);

  await restart({ XEPA_SECRET: newer });
  expect((await redeem(kept)).status).toBe(400);
  expect((await redeem(await fresh())).status).toBe(200);
  // The session needs no secret; the way to the device does, and the page is told so.
  expect(await opens(before)).toMatchObject({ code: 'screenSilent', message: expect.stringContaining('XEPA_SECRET') });
}, 90_000);
