import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { type IsoServer, type IsoServerOptions, startIsoServer } from '../support/iso-server.ts';
import { useSshScene } from '../support/ssh-scene.ts';
import { createStreamStage, type StreamStage } from '../support/stream-stage.ts';
import { tinyIso } from '../support/tiny-guest.ts';

/** An ISO that is read while it arrives: HTTP, shell, nbdkit and QEMU are real. */
const scene = useSshScene();
const MB = 1024 * 1024;
const sectors = 8 * 512;
/** Its program lies in its last megabyte, so that the guest asks for what comes last. */
const iso = tinyIso('S', { sectors, program: sectors - 200 });
const sha256 = createHash('sha256').update(iso).digest('hex');
const slow = 2 * MB;

const servers: IsoServer[] = [];
const stages: StreamStage[] = [];
let count = 0;
beforeEach(() => {
  count += 1;
});
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.end();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(given: Partial<IsoServerOptions> = {}): Promise<IsoServer> {
  const read = (from: number, length: number) => iso.subarray(from, from + length);
  const server = await startIsoServer({ size: iso.length, read, bytesPerSecond: slow, etag: '"one"', ...given });
  servers.push(server);
  return server;
}

function stageFor(request: Parameters<typeof createStreamStage>[1]): StreamStage {
  const stage = createStreamStage({ home: scene.home, id: `xe-s${count}`, shell: () => scene.shell }, request);
  stages.push(stage);
  return stage;
}

const streamed = (server: IsoServer, more: { sha256?: string; mirrors?: string[] } = {}) =>
  stageFor({ iso: { url: `${server.url}?sig=secret`, ...more }, media: 'stream' });

const whole = async (stage: StreamStage) => {
  await expect.poll(() => stage.tend(), { timeout: 30_000, interval: 200 }).toBeNull();
};
const part = (stage: StreamStage) => readFileSync(`${stage.path}.part`).length;

describe('an ISO that is streamed', () => {
  it('boots a guest from what has not come, and is whole and checked in the end', async () => {
    const server = await serve();
    server.heldAt = iso.length - 2 * MB;
    const stage = streamed(server, { sha256 });
    await stage.mediaDone();
    expect(stage.record.facts.media).toMatchObject({
      label: 'TINY-S',
      boots: ['bios'],
      sha256: '',
      stream: { verified: false },
    });
    await stage.launch();
    await expect.poll(stage.said, { timeout: 20_000 }).toBe('S');
    expect(part(stage)).toBeLessThan(iso.length - MB);
    expect(await stage.tend()).toMatchObject({ total: iso.length, unit: 'bytes' });
    server.heldAt = null;
    await whole(stage);
    expect(stage.record.facts.media).toMatchObject({ sha256, bytes: iso.length, stream: { verified: true } });
    expect(readFileSync(stage.path).equals(iso)).toBe(true);
    // All of it once, and beside that only what the guest asked for before it came.
    expect(server.asked.filter((range) => range === '0-')).toHaveLength(1);
    expect(server.sent()).toBeLessThan(iso.length + 4 * MB);
  });

  it('shows its address to nobody who lists processes, and logs it nowhere', async () => {
    const stage = streamed(await serve());
    await stage.mediaDone();
    const seen = await scene.shell.exec({
      argv: ['sh', '-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -c "sig=secre[t]"'],
      timeoutMs: 10_000,
      okCodes: [0, 1],
      parse: ({ stdout }) => stdout.trim(),
    });
    expect(seen).toBe('0');
    expect(scene.host.commands().join('\n')).not.toContain('secret');
  });

  it('goes on where it was when its server was away, and the guest never notices', async () => {
    const server = await serve();
    server.heldAt = 3 * MB;
    const stage = streamed(server, { sha256 });
    await stage.mediaDone();
    await expect.poll(() => part(stage), { timeout: 20_000 }).toBeGreaterThan(2 * MB);
    server.down = true;
    server.cut();
    server.heldAt = null;
    await stage.launch();
    expect(await stage.tend()).not.toBeNull();
    expect(stage.said()).toBe('');
    server.down = false;
    await expect.poll(stage.said, { timeout: 25_000 }).toBe('S');
    await whole(stage);
    expect(stage.record.facts.media?.sha256).toBe(sha256);
    expect(server.asked.filter((range) => /^[1-9]\d*-$/.test(range)).length).toBeGreaterThan(0);
  });

  it('stops the VM when it was another one, and says what may have happened', async () => {
    const stage = streamed(await serve(), { sha256: 'cd'.repeat(32) });
    await stage.mediaDone();
    await stage.launch();
    await expect.poll(() => stage.said(), { timeout: 20_000 }).toBe('S');
    await expect.poll(() => stage.tend().then(() => '', String), { timeout: 30_000, interval: 200 }).not.toBe('');
    expect(stage.vmRuns()).toBe(false);
    await expect(stage.tend()).rejects.toMatchObject({
      code: 'iso-unusable',
      retry: 'no',
      userMessage: expect.stringMatching(/wrong checksum.*was stopped.*written to Disk \(S-1\).*install again/),
    });
  });

  it('is found by another worker as the first one left it, also when what served it has died', async () => {
    const server = await serve();
    server.heldAt = 3 * MB;
    const stage = streamed(server, { sha256 });
    await stage.mediaDone();
    const door = () => readFileSync(`${stage.path}.door.pid`, 'utf8').trim();
    const before = door();
    const { shell } = await openSshShell(scene.at(), scene.host.privateKey);
    scene.shell.close();
    const other = createStreamStage(
      { home: scene.home, id: `xe-s${count}`, shell: () => shell },
      stage.record.request,
      stage.record,
    );
    stages.splice(0, 1, other);
    await other.mediaDone();
    expect([door(), server.asked.filter((range) => range === '0-').length]).toEqual([before, 1]);
    await other.launch();
    process.kill(Number(before), 'SIGKILL');
    await other.tend();
    expect(door()).not.toBe(before);
    server.heldAt = null;
    await expect.poll(other.said, { timeout: 25_000 }).toBe('S');
    await whole(other);
    expect(other.record.facts.media?.sha256).toBe(sha256);
  });

  it('ends with a sentence when its link runs out half-way', async () => {
    const server = await serve();
    server.heldAt = 3 * MB;
    const stage = streamed(server);
    await stage.mediaDone();
    await stage.launch();
    server.status = 403;
    server.cut();
    await expect
      .poll(() => stage.tend().then(() => '', String), { timeout: 30_000, interval: 200 })
      .toMatch(/signed link/);
    expect(stage.vmRuns()).toBe(false);
  });
});

describe('an ISO with mirrors', () => {
  it('is continued by the next one, at the byte at which the first one died', async () => {
    const [first, second] = [await serve(), await serve({ etag: '"other"' })];
    first.heldAt = 3 * MB;
    const stage = streamed(first, { sha256, mirrors: [second.url] });
    await stage.mediaDone();
    await expect.poll(() => part(stage), { timeout: 20_000 }).toBeGreaterThan(2 * MB);
    first.down = true;
    first.cut();
    await whole(stage);
    expect(stage.record.facts.media?.sha256).toBe(sha256);
    expect(second.asked).toEqual(['0-0', expect.stringMatching(/^[1-9]\d*-$/)]);
    expect(second.sent()).toBeLessThan(iso.length - 2 * MB + 1);
  });

  it('is never put together from two different files', async () => {
    const other = Buffer.concat([iso, Buffer.alloc(2048)]);
    const read = (from: number, length: number) => other.subarray(from, from + length);
    const [first, second] = [await serve(), await serve({ size: other.length, read })];
    first.heldAt = 3 * MB;
    const stage = stageFor({ iso: { url: first.url, sha256, mirrors: [second.url] } });
    expect((await stage.media()).kind).toBe('waiting');
    first.status = 404;
    first.cut();
    await expect
      .poll(() => stage.media().then(({ kind }) => kind, String), { timeout: 20_000 })
      .toMatch(/not all sources.*same file.*`mirrors`/i);
  });
});

describe('an ISO that is larger than the memory', () => {
  const size = 400 * MB;
  const room = 360 * MB;
  const read = (from: number, length: number) => Buffer.concat([iso.subarray(from, from + length)], length);
  const large = () => serve({ size, read, bytesPerSecond: 4_000 * MB });
  const stageOf = (request: Parameters<typeof createStreamStage>[1]) => {
    const place = { home: scene.home, id: `xe-s${count}`, shell: () => scene.shell, memoryBytes: room };
    const stage = createStreamStage(place, request);
    stages.push(stage);
    return stage;
  };

  it('is read once for its digest, keeps nothing, and boots from where it is', async () => {
    const server = await large();
    const hash = createHash('sha256').update(iso);
    for (let at = iso.length; at < size; at += 8 * MB) hash.update(Buffer.alloc(8 * MB));
    const digest = hash.digest('hex');
    const stage = stageOf({ iso: { url: server.url, sha256: digest } });
    expect(await stage.media()).toMatchObject({ kind: 'waiting', why: expect.stringMatching(/read once to verify/) });
    await stage.mediaDone();
    expect(stage.record.facts.media).toMatchObject({ sha256: digest, stream: { verified: true, kept: false } });
    await stage.launch();
    await expect.poll(stage.said, { timeout: 20_000 }).toBe('S');
    expect(await stage.tend()).toBeNull();
    expect([existsSync(stage.path), existsSync(`${stage.path}.part`)]).toEqual([false, false]);
    expect(server.asked.filter((range) => range === '0-')).toHaveLength(1);
  });

  it('is not used when it is another one', async () => {
    const stage = stageOf({ iso: { url: (await large()).url, sha256: 'cd'.repeat(32) } });
    const said = () => stage.media().then(({ kind }) => kind, String);
    await expect.poll(said, { timeout: 20_000, interval: 200 }).toMatch(/wrong checksum.*It was not used/);
  });

  it('is read at once without a digest, for who asked for that, and refused to all others', async () => {
    const server = await large();
    await expect(stageOf({ iso: { url: server.url } }).media()).rejects.toMatchObject({
      userMessage: expect.stringMatching(/has 400 MB, but only 360 MB.*--sha256/),
    });
    const asked = stageOf({ iso: { url: server.url }, media: 'stream' });
    await asked.mediaDone();
    expect(asked.record.facts.media?.stream).toMatchObject({ kept: false });
    expect(server.asked).not.toContain('0-');
  });
});

describe('an ISO that cannot be streamed', () => {
  it.each<[string, Partial<IsoServerOptions>, RegExp]>([
    ['its server gives no parts', { ranges: false, bytesPerSecond: 20 * MB }, /no parts of it/],
    ['it is no number of sectors', { size: iso.length - 1, bytesPerSecond: 20 * MB }, /not one of a CD/],
  ])('is downloaded first where %s, and says so', async (_what, given, why) => {
    const stage = stageFor({ iso: { url: (await serve(given)).url }, media: 'stream' });
    expect(await stage.media()).toMatchObject({ kind: 'waiting', why: expect.stringMatching(why) });
    await stage.mediaDone();
    expect(stage.record.facts.media?.stream).toBeUndefined();
    expect(existsSync(`${stage.path}.sock`)).toBe(false);
  });
});
