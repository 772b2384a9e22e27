import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Facts } from '../../core/contracts/facts.ts';
import type { DiscUpload, InstallRecord } from '../../core/contracts/install.ts';
import { tendUpload } from '../../worker/steps/uploaded-disc.ts';
import { alice, anInstallAt, someFacts } from '../support/an-install.ts';
import { useSshScene } from '../support/ssh-scene.ts';
import { contextOf, mediaFacts } from '../support/upload-hands.ts';

/** The worker's part of an upload, with its commands run by a real shell. */
const scene = useSshScene();
const id = 'xe-up';
const content = Buffer.from('an ISO with drivers\n'.repeat(5_000));
const sha256 = createHash('sha256').update(content).digest('hex');

const holder = {
  record: anInstallAt('attend'),
  async save(facts: Facts) {
    holder.record = { ...holder.record, facts: { ...holder.record.facts, ...facts } };
  },
};
const told = () => holder.record.facts.otherDisc;
const place = () => `${scene.home}/${id}-other.iso`;
const growing = () => `${place()}.up1`;

beforeEach(() => {
  holder.record = anInstallAt('attend', { id, facts: { ...someFacts, ...mediaFacts(scene.home, id) } });
});

/** As the console and the bot leave it. */
function wish(upload: Partial<DiscUpload> = {}, given: Partial<InstallRecord['discWish']> = {}): void {
  const whole = { bytes: content.length, key: 'ab', ...upload };
  const discWish = {
    n: 1,
    typed: 'drivers.iso',
    by: alice,
    at: 1,
    verdict: 'accepted' as const,
    upload: whole,
    ...given,
  };
  holder.record = { ...holder.record, discWish };
}

const tend = () => tendUpload(contextOf(holder), scene.shell);
const leftOver = () => readdirSync(scene.home).filter((name) => name.startsWith(id));

describe('an upload', () => {
  it('gets an empty file of its own, and the ISO before makes room', async () => {
    for (const name of [place(), `${place()}.part`, `${place()}.up0`]) writeFileSync(name, 'old');
    wish();
    await tend();
    expect(told()).toMatchObject({
      n: 1,
      state: 'fetching',
      name: 'drivers.iso',
      path: place(),
      bytes: content.length,
    });
    expect([leftOver(), readFileSync(growing()).length]).toEqual([[`${id}-other.iso.up1`], 0]);
    writeFileSync(growing(), content.subarray(0, 70_000));
    await tend();
    expect(readFileSync(growing()).length).toBe(70_000);
  });

  it('is put in its place when it has its digest, also by a worker that takes over half-way', async () => {
    wish();
    await tend();
    writeFileSync(growing(), content);
    const begun = holder.record;
    wish({ sha256 });
    await tend();
    const done = { state: 'ready', sha256, bytes: content.length };
    expect(told()).toMatchObject(done);
    // The worker died before it could say so.
    holder.record = { ...holder.record, facts: begun.facts };
    await tend();
    expect(told()).toMatchObject(done);
    expect(leftOver()).toEqual([`${id}-other.iso`]);
    expect(statSync(place()).mode & 0o777).toBe(0o600);
    expect(readFileSync(place())).toEqual(content);
  });

  it('is changed by nobody any more once it is measured', async () => {
    wish();
    await tend();
    writeFileSync(growing(), content);
    const late = spawn('sh', ['-c', 'exec dd conv=notrunc of="$1"', 'sh', growing()], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    late.stdin.on('error', () => undefined);
    // dd has the file open as its output, and only then is it one who may write.
    await expect.poll(() => readlinkSync(`/proc/${late.pid}/fd/1`)).toBe(growing());
    const ended = once(late, 'exit');
    wish({ sha256 });
    await tend();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(readFileSync(place())).toEqual(content);
  });

  it.each(['asked', 'refused'] as const)('is left alone while the wish is %s', async (verdict) => {
    wish({}, { verdict });
    await tend();
    expect([told(), leftOver()]).toEqual([undefined, []]);
  });
});

describe('an upload that comes to nothing leaves nothing, and says why', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'arrived otherwise',
      () => wish({ sha256: '0'.repeat(64) }),
      /did not arrive as it was sent: .*0000.*upload it again/,
    ],
    ['was stopped', () => wish({ stopped: true }), /^It was stopped\.$/],
    ['was given up', () => utimesSync(growing(), 1, 1), /Nothing of it came for half an hour/],
  ])('when it %s', async (_what, spoil, why) => {
    wish();
    await tend();
    writeFileSync(growing(), content);
    spoil();
    await tend();
    expect(told()).toMatchObject({ n: 1, state: 'failed', why: expect.stringMatching(why) });
    expect(leftOver()).toEqual([]);
    await tend();
    expect(leftOver()).toEqual([]);
  });

  it('when there is no room beside the VM', async () => {
    wish({ bytes: 2 ** 50 });
    await tend();
    expect(told()).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/^The file has .* but only .* are free/),
    });
    expect(existsSync(growing())).toBe(false);
  });

  it.each([undefined, sha256])('when its file is gone, with digest %s', async (sum) => {
    wish();
    await tend();
    rmSync(growing());
    wish(sum === undefined ? {} : { sha256: sum });
    await tend();
    expect(told()).toMatchObject({ state: 'failed', why: expect.stringMatching(/not on the server any more/) });
  });
});
