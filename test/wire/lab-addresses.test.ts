import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { claimSubnet, MOST_DEVICES, type Subnet } from '../lab/machine/addresses.ts';
import { freePort } from '../support/free-port.ts';

const module = new URL('../lab/machine/addresses.ts', import.meta.url).href;
const claims: Subnet[] = [];
const others: ChildProcess[] = [];

afterEach(async () => {
  for (const claim of claims.splice(0)) await claim.release();
  for (const other of others.splice(0)) await killed(other);
});

async function claim(port: number, count = 1): Promise<Subnet> {
  const subnet = await claimSubnet(port, count);
  claims.push(subnet);
  return subnet;
}

/** A lab of another process: it claims, says what it got, and stays. */
async function claimElsewhere(port: number): Promise<{ prefix: string; child: ChildProcess }> {
  const script = `const { claimSubnet } = await import(process.argv[1]);
    console.log((await claimSubnet(Number(process.argv[2]), 1)).prefix);
    setInterval(() => {}, 1000);`;
  const argv = ['--input-type=module', '-e', script, module, String(port)];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  others.push(child);
  const [said] = await once(child.stdout, 'data');
  return { prefix: String(said).trim(), child };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

it('gives every lab of this process a net of its own, and a net that was given back again', async () => {
  const port = await freePort();
  const [first, second] = [await claim(port), await claim(port)];
  expect(second.prefix).not.toBe(first.prefix);
  await first.release();
  expect((await claim(port)).prefix).toBe(first.prefix);
});

it('keeps labs of several processes apart although all their machines are off, and takes over from a killed one', async () => {
  const port = await freePort();
  const started = await Promise.all(Array.from({ length: 4 }, () => claimElsewhere(port)));
  const prefixes = started.map(({ prefix }) => prefix);
  expect(new Set(prefixes).size).toBe(4);
  const own = await claim(port);
  expect(prefixes).not.toContain(own.prefix);
  const [victim] = started;
  if (!victim) throw new Error('no other process was started');
  await killed(victim.child);
  const heirs = [await claim(port), await claim(port)].map(({ prefix }) => prefix);
  expect(heirs).toContain(victim.prefix);
});

it('passes over a net in which somebody listens at the address of a device', async () => {
  const port = await freePort();
  const free = await claim(port, 2);
  await free.release();
  const stranger = createServer().listen(port, `${free.prefix}.2`);
  await once(stranger, 'listening');
  expect((await claim(port, 2)).prefix).not.toBe(free.prefix);
  expect((await claim(port, 1)).prefix).toBe(free.prefix);
  stranger.close();
});

it('refuses more devices than a net has addresses', async () => {
  await expect(claimSubnet(await freePort(), MOST_DEVICES + 1)).rejects.toThrow(/at most 253 devices/);
});
