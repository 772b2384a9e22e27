import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoRouter } from '../lab/cloud/iso-router.ts';
import { type Listening, listen } from '../lab/cloud/listen.ts';

const content = randomBytes(100_000);
let folder: string;
let server: Listening;
let bytesPerSecond: number | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-iso-'));
  await writeFile(join(folder, 'some.iso'), content);
  await writeFile(join(folder, 'secret.txt'), 'not an ISO');
  const router = isoRouter({ folders: [folder, '/does/not/exist'], bytesPerSecond: () => bytesPerSecond });
  server = await listen(express().use('/iso', router));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const get = (name: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`http://127.0.0.1:${server.port}/iso/${name}`, { method, headers });

describe('the ISO mirror', () => {
  it('serves a file whole, byte for byte', async () => {
    const response = await get('some.iso');
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  });

  it('tells size and ranges without a body', async () => {
    const response = await get('some.iso', {}, 'HEAD');
    expect(response.headers.get('content-length')).toBe('100000');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(await response.text()).toBe('');
  });

  it('resumes from where a download stopped', async () => {
    const response = await get('some.iso', { Range: 'bytes=99000-' });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 99000-99999/100000');
    expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(99_000))).toBe(true);
  });

  it('refuses a range beyond the end', async () => {
    const response = await get('some.iso', { Range: 'bytes=100000-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */100000');
  });

  it('knows no other files than ISOs of its folders', async () => {
    for (const name of ['other.iso', 'secret.txt', '..%2Fsome.iso', '%2Fetc%2Fpasswd']) {
      expect((await get(name)).status).toBe(404);
    }
  });

  it('keeps to its speed limit', async () => {
    bytesPerSecond = 200_000;
    const started = performance.now();
    const body = await (await get('some.iso')).arrayBuffer();
    bytesPerSecond = undefined;
    expect(body.byteLength).toBe(content.length);
    expect(performance.now() - started).toBeGreaterThan(400);
  });
});
