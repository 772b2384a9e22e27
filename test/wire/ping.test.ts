import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLogger, type Logger } from '../../core/log.ts';
import { createPing } from '../../worker/ping.ts';

let folder: string;
let said: string[];
let log: Logger;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xepa-ping-'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  said = [];
  log = createLogger('test', 'info', { write: (line) => void said.push(line) });
});

/** A program of that name that does this. */
function program(name: string, script: string): [string] {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return [path];
}

test('gives the address as no option, and nothing of the environment in which the secrets of the worker are', async () => {
  const out = join(folder, 'seen');
  vi.stubEnv('XEPA_SECRET', 'not-for-ping');
  expect(await createPing(log, program('good', `{ env; echo "args $@"; } >${out}`))('192.0.2.7')).toBe(true);
  const seen = readFileSync(out, 'utf8');
  expect(seen).toMatch(/^args .* -- 192\.0\.2\.7$/m);
  expect(seen).not.toContain('XEPA_SECRET');
});

test('tells silence from a refusal', async () => {
  const silent = program('silent', 'echo "3 packets transmitted, 0 received, 100% packet loss"; exit 1');
  expect(await createPing(log, silent)('192.0.2.7')).toBe(false);
  const refused = program('refused', 'echo "ping: permission denied (are you root?)" >&2; exit 1');
  expect(await createPing(log, refused)('192.0.2.7')).toBeNull();
  expect(said).toEqual([expect.stringContaining('permission denied')]);
});

test('busybox takes the same arguments', async () => {
  // Where this user may not ask, busybox says so after it has understood them; what it does not understand is told with its usage.
  await createPing(log, ['busybox', 'ping'])('127.0.0.1');
  expect(said.join('')).not.toMatch(/invalid option|Usage|did not start/);
});

test('a program that is missing is said once, and is no error', async () => {
  const ping = createPing(log, [join(folder, 'no-such-program')]);
  expect(await ping('192.0.2.7')).toBeNull();
  expect(await ping('192.0.2.7')).toBeNull();
  expect(said.filter((line) => line.includes('no ping from here'))).toHaveLength(1);
});
