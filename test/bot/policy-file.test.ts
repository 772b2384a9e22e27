import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPolicySource } from '../../bot/policy-file.ts';
import { failureOf } from '../support/failure-of.ts';
import { policyOf } from '../support/situations.ts';

const fallback = policyOf('roles: {}');
const first = 'version: 1\nroles: { viewer: { everyone: true } }\n';
const second = 'version: 1\nroles: { operator: { everyone: true } }\n';
const bad = 'version: 1\nroles: { boss: {} }\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
let path: string;
let lines: string[];
let close = () => {};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xepa-policy-'));
  path = join(folder, 'policy.yaml');
  await writeFile(path, first);
  lines = [];
});

afterEach(async () => {
  close();
  await rm(folder, { recursive: true });
});

async function open(from: string | null = path, everyMs = 3_600_000) {
  const log = pino({}, { write: (line) => lines.push(line) });
  const source = await createPolicySource({ path: from, fallback, log, everyMs });
  close = source.close;
  return source;
}

async function lookTwice(source: Awaited<ReturnType<typeof open>>) {
  await source.look();
  await source.look();
}

test('the policy of the file holds, under the digest of its text', async () => {
  const { policy, digest } = (await open()).current();
  expect(policy.roles.viewer?.everyone).toBe(true);
  expect(digest).toBe(sha256(first));
});

test('without a file the fallback holds, under a digest of its own', async () => {
  const source = await open(null);
  await source.look();
  expect(source.current().policy).toBe(fallback);
  expect(source.current().digest).toMatch(/^[0-9a-f]{64}$/);
  expect(source.problem()).toBeNull();
  const other = await createPolicySource({
    path: null,
    fallback: policyOf('roles: { viewer: { everyone: true } }'),
    log: pino(),
  });
  expect(other.current().digest).not.toBe(source.current().digest);
});

test('nothing starts with a bad file, or without the file that was named', async () => {
  await writeFile(path, bad);
  expect(await failureOf(open())).toMatchObject({
    code: 'bad-config',
    userMessage: expect.stringContaining('policy.yaml:2:10: `boss` is unknown'),
  });
  const gone = join(folder, 'gone.yaml');
  expect(await failureOf(open(gone))).toMatchObject({ code: 'bad-config', userMessage: expect.stringContaining(gone) });
});

describe('a changed file', () => {
  test('holds once two looks have found the same', async () => {
    const source = await open();
    await writeFile(path, second);
    await source.look();
    expect(source.current().digest).toBe(sha256(first));
    await source.look();
    expect(source.current()).toMatchObject({
      digest: sha256(second),
      policy: { roles: { operator: { everyone: true } } },
    });
    expect(source.problem()).toBeNull();
  });

  test('that is still being written does not hold', async () => {
    const source = await open();
    for (const text of [second, `${second}rules: []\n`, `${second}rules: []\nchannels: []\n`]) {
      await writeFile(path, text);
      await source.look();
    }
    expect(source.current().digest).toBe(sha256(first));
  });

  test('is noticed without anybody looking', async () => {
    const source = await open(path, 5);
    await writeFile(path, second);
    await expect.poll(() => source.current().digest).toBe(sha256(second));
  });

  test('is noticed when a link above it is swapped, as Kubernetes does', async () => {
    for (const [version, text] of Object.entries({ v1: first, v2: second })) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'policy.yaml'), text);
    }
    await symlink('v1', join(folder, 'data'));
    const source = await open(join(folder, 'data', 'policy.yaml'));
    expect(source.current().digest).toBe(sha256(first));
    await symlink('v2', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'data'));
    await lookTwice(source);
    expect(source.current().digest).toBe(sha256(second));
  });

  test('that is bad leaves the old policy, is told once, and is over when it is put right', async () => {
    const source = await open();
    await writeFile(path, bad);
    await lookTwice(source);
    await lookTwice(source);
    expect(source.current().digest).toBe(sha256(first));
    expect(source.problem()).toContain('policy.yaml:2:10: `boss` is unknown');
    expect(lines.filter((line) => line.includes('unusable'))).toHaveLength(1);
    await writeFile(path, first);
    await lookTwice(source);
    expect(source.problem()).toBeNull();
  });

  test('that is gone leaves the old policy too', async () => {
    const source = await open();
    await rm(path);
    await source.look();
    expect(source.current().digest).toBe(sha256(first));
    expect(source.problem()).toContain('cannot be read');
    await writeFile(path, second);
    await lookTwice(source);
    expect(source.problem()).toBeNull();
    expect(source.current().digest).toBe(sha256(second));
  });

  test('is not looked at any more once it is closed', async () => {
    const closed = await open(path, 5);
    closed.close();
    const other = await open(path, 20);
    await writeFile(path, second);
    // The other one needs two looks, forty milliseconds: enough for this one to have had eight.
    await expect.poll(() => other.current().digest).toBe(sha256(second));
    expect(closed.current().digest).toBe(sha256(first));
  });
});
