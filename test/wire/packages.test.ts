import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trimmedOutput } from '../../core/ssh/command.ts';
import {
  addPackages,
  lookForPackages,
  type PackagesState,
  packagesState,
  removePackages,
} from '../../worker/host/packages.ts';
import { type AlpineTree, growAlpineTree } from '../support/alpine-tree.ts';

const dir = '/run/xepa-packages/xe-1';
const survey = { tools: ['apk'], ovmf: null, firmware: 'uefi' as const, os: { id: 'alpine' } };
const patience = { timeout: 20_000, interval: 50 };

const mirror = 'https://dl-cdn.example.org/alpine';
const offers = [
  `${mirror}/v3.20/main curl libcurl`,
  `${mirror}/v3.20/main libcurl`,
  `${mirror}/v3.20/main seabios`,
  `${mirror}/v3.20/community qemu-system-x86_64 seabios`,
  `${mirror}/v3.20/community ovmf`,
  `${mirror}/edge/community qemu-system-x86_64 seabios`,
];
/** As a rescue system may come: edge switched on, and the community of its own release not. */
const itsOwn = ['/media/cdrom/apks', `${mirror}/v3.20/main`, `${mirror}/edge/community`];

/** Root is needed to be where nothing but busybox is. */
describe.skipIf(process.getuid?.() !== 0)('packages on Alpine', () => {
  let alpine: AlpineTree;

  beforeEach(async () => {
    alpine = await growAlpineTree();
    await alpine.write('srv/repositories', `${offers.join('\n')}\n`);
    await alpine.write('etc/apk/repositories', `${itsOwn.join('\n')}\n`);
    await alpine.write('etc/apk/world', 'alpine-base\nseabios\n');
    await alpine.write('lib/apk/db/installed', 'alpine-base\nseabios\n');
    await alpine.write('lib/apk/db/lock', '');
  });
  afterEach(async () => {
    await alpine.exec({ argv: ['rm', '-rf', dir], timeoutMs: 5_000, parse: trimmedOutput });
    await alpine.remove();
  });

  const begun = (mirrors = {}) => {
    const command = lookForPackages(survey, { dir, mirrors, optional: ['swtpm'] });
    if (!command) throw new Error('something is missing');
    return alpine.exec(command);
  };
  const ended = async (): Promise<PackagesState> => {
    await expect.poll(async () => (await alpine.exec(packagesState(dir))).running, patience).toBe(false);
    return alpine.exec(packagesState(dir));
  };
  const removed = async (added: readonly string[]) => {
    const command = removePackages(survey, { dir, added });
    if (command) await alpine.exec(command);
  };

  it('are found in main and community of the very release, whatever else is switched on', async () => {
    await begun();
    expect(await ended()).toMatchObject({
      ...{ action: 'look', exit: 0, found: ['qemu-system-x86_64', 'ovmf', 'curl'], unknown: [], size: null },
      room: { memory: expect.any(Number) },
    });
    expect(await alpine.lines(`${dir}/repositories`)).toEqual([
      '/media/cdrom/apks',
      `${mirror}/v3.20/community`,
      `${mirror}/v3.20/main`,
    ]);
    expect(await alpine.lines('lib/apk/db/installed')).toEqual(['alpine-base', 'seabios']);
  });

  it('are added and removed again, and nothing else is', async () => {
    await begun();
    const { found: names } = await ended();
    await alpine.exec(addPackages(survey, { dir, names }));
    expect(await ended()).toMatchObject({ action: 'add', exit: 0 });
    expect(await alpine.lines('lib/apk/db/installed')).toContain('qemu-system-x86_64');
    await removed(names);
    expect(await alpine.lines('etc/apk/world')).toEqual(['alpine-base', 'seabios']);
    expect(await alpine.lines('lib/apk/db/installed')).toEqual(['alpine-base', 'seabios']);
    await removed(names);
  });

  it('leave nothing behind when they were only looked for', async () => {
    await begun();
    await removed([]);
    const folder = { argv: ['ls', '/run/xepa-packages'], timeoutMs: 5_000, parse: trimmedOutput };
    expect(await alpine.exec(folder)).toBe('');
    await removed([]);
  });

  it('come from a mirror alone where one is named', async () => {
    const named = 'https://mirror.example.com/alpine';
    await alpine.write('srv/repositories', offers.join('\n').replaceAll(mirror, named));
    await begun({ alpine: named });
    expect((await ended()).exit).toBe(0);
    expect(await alpine.lines(`${dir}/repositories`)).toEqual([`${named}/v3.20/community`, `${named}/v3.20/main`]);
  });

  it('that no repository has are named, and a mirror that is away is told from that', async () => {
    await alpine.write('srv/repositories', `${mirror}/v3.20/main curl\n${mirror}/v3.20/community ovmf\n`);
    await begun();
    expect(await ended()).toMatchObject({ exit: 4, unknown: ['qemu'] });
    await alpine.write('srv/repositories', '\n');
    await begun();
    expect(await ended()).toMatchObject({ exit: 3, log: expect.stringContaining('temporary error') });
  });

  it('are not guessed where the system does not say which release it is', async () => {
    await alpine.write('etc/alpine-release', '\n');
    await begun();
    expect(await ended()).toMatchObject({ exit: 3, found: [], log: expect.stringContaining('which release') });
  });

  it('wait for whoever has the lock, who is named, and are begun once however often they are asked for', async () => {
    const holding = alpine.exec({
      argv: ['sh', '-c', 'exec 9</lib/apk/db/lock; echo held >/srv/held; until [ -e /srv/enough ]; do sleep 0.1; done'],
      timeoutMs: 20_000,
      parse: trimmedOutput,
    });
    await expect.poll(() => alpine.lines('srv/held').catch(() => []), patience).toEqual(['held']);
    await begun();
    await expect
      .poll(() => alpine.exec(packagesState(dir)), patience)
      .toMatchObject({
        phase: 'lock',
        holder: expect.stringMatching(/^\w+ \(\d+\)$/),
      });
    expect(await begun()).toMatchObject({ running: true, phase: 'lock' });
    await alpine.write('srv/enough', '');
    await holding;
    expect((await ended()).exit).toBe(0);
    expect((await alpine.lines('srv/calls')).filter((call) => call.startsWith('update'))).toHaveLength(1);
  });
});

describe.skipIf(process.getuid?.() !== 0)('the stand-in for apk', () => {
  let alpine: AlpineTree;
  beforeEach(async () => {
    alpine = await growAlpineTree();
    await alpine.write('srv/repositories', `${mirror}/v3.20/main curl libcurl\n${mirror}/v3.20/main libcurl\n`);
    await alpine.write('etc/apk/repositories', `${mirror}/v3.20/main\n`);
    await alpine.write('etc/apk/world', '');
    await alpine.write('lib/apk/db/installed', '');
  });
  afterEach(() => alpine.remove());

  const apk = (...argv: string[]) => alpine.exec({ argv: ['apk', ...argv], timeoutMs: 5_000, parse: trimmedOutput });

  it('adds with dependencies, keeps what was asked for apart, and removes what nobody needs', async () => {
    await apk('add', 'curl');
    expect(await alpine.lines('lib/apk/db/installed')).toEqual(['curl', 'libcurl']);
    expect(await alpine.lines('etc/apk/world')).toEqual(['curl']);
    await apk('del', 'curl');
    expect(await alpine.lines('lib/apk/db/installed')).toEqual([]);
  });

  it('changes nothing when it simulates, and refuses what no repository has', async () => {
    expect(await apk('add', '--simulate', 'curl')).toContain('Installing libcurl');
    expect(await alpine.lines('lib/apk/db/installed')).toEqual([]);
    await expect(apk('add', 'nothing')).rejects.toThrow(/nothing \(no such package\)/);
  });
});
