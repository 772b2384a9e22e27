import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerDigest } from '../../core/answers/sealed-answer.ts';
import type { AnswerFile, AnswerKind } from '../../core/contracts/answer.ts';
import { answerDisc } from '../../worker/host/answer-disc.ts';
import { extractFileScript, readSectorsScript } from '../../worker/host/scripts/iso-files.ts';
import { parseSections } from '../../worker/host/sections.ts';
import type { StepContext } from '../../worker/saga/step.ts';
import { takeKernel } from '../../worker/steps/installer-kernel.ts';
import { anInstall } from '../support/an-install.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();
const tool = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
const preseed: AnswerFile[] = [{ name: 'preseed.cfg', text: 'd-i a/b string c\n' }];

describe('the disc with an answer file', () => {
  it.each([
    ['cloud-init', 'CIDATA', ['user-data', 'meta-data', 'network-config']],
    ['kickstart', 'OEMDRV', ['ks.cfg']],
    ['windows', 'UNATTEND', ['autounattend.xml']],
  ] as const)('of %s is found by its label, and its files by their names', async (kind, label, names) => {
    const files = names.map((name, index) => ({ name, text: `${name} ü\n`.repeat(1 + 400 * index) }));
    const image = join(scene.home, 'answer.iso');
    await scene.shell.upload(answerDisc(kind, files), { path: image, mode: '0600' });
    expect((await stat(image)).mode & 0o777).toBe(0o600);
    expect(tool('blkid', '-p', '-s', 'LABEL', '-o', 'value', image).trim()).toBe(label);
    const out = join(scene.home, 'out');
    tool('xorriso', '-osirrox', 'on', '-indev', image, '-extract', '/', out);
    const read = await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(join(out, name), 'utf8') })),
    );
    expect(answerDigest(read)).toBe(answerDigest(files));
  });
});

/** An ISO as distributions make them. */
async function isoWith(paths: readonly string[], options: readonly string[] = ['-R']): Promise<string> {
  const tree = join(scene.home, 'tree');
  for (const path of paths) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    // Not whole sectors, and larger than one.
    await writeFile(join(tree, path), `${path}\n`.repeat(777));
  }
  const image = join(scene.home, 'installer.iso');
  tool('xorriso', '-as', 'mkisofs', '-quiet', '-V', 'Fedora S 42', '-o', image, ...options, tree);
  return image;
}

function contextOf(image: string, wish: { kind?: AnswerKind; kernelArgs?: string }): StepContext {
  const { kind, kernelArgs } = wish;
  const { request } = anInstall();
  const answer = kind && { name: 'x', kind, sha256: '', bytes: 0, preview: '' };
  const record = anInstall({
    request: { ...request, ...(answer ? { answer } : {}), ...(kernelArgs ? { kernelArgs } : {}) },
    facts: { media: { path: image, bytes: 1, sha256: '', label: 'Fedora S 42', boots: [] } },
  });
  return { record, signal: AbortSignal.timeout(20_000) } as StepContext;
}

async function taken(image: string, wish: { kind?: AnswerKind; kernelArgs?: string }) {
  const media = { path: image, label: 'Fedora S 42' };
  return takeKernel(scene.shell, contextOf(image, wish), { media, answer: wish.kind === 'preseed' ? preseed : null });
}

describe('kernel and initrd of an ISO', () => {
  it.each([
    ['Debian', 'install.amd/vmlinuz', 'install.amd/initrd.gz', 'quiet'],
    ['Ubuntu', 'casper/vmlinuz', 'casper/initrd', 'quiet'],
    [
      'Fedora or RHEL',
      'images/pxeboot/vmlinuz',
      'images/pxeboot/initrd.img',
      'inst.stage2=hd:LABEL=Fedora\\x20S\\x2042 quiet',
    ],
    ['SUSE', 'boot/x86_64/loader/linux', 'boot/x86_64/loader/initrd', 'quiet'],
    ['Debian (network edition)', 'linux', 'initrd.gz', 'quiet'],
  ])('of %s are found and copied whole', async (of, kernel, initrd, append) => {
    const image = await isoWith([kernel, initrd, 'README', 'dists/main/Release']);
    const found = await taken(image, { kernelArgs: 'quiet' });
    expect(found).toMatchObject({ of, append });
    expect(await readFile(found?.kernel ?? '', 'utf8')).toBe(`${kernel}\n`.repeat(777));
    expect(await readFile(found?.initrd ?? '', 'utf8')).toBe(`${initrd}\n`.repeat(777));
  });

  it('are found by the names of plain ISO 9660, too', async () => {
    const image = await isoWith(['casper/vmlinuz', 'casper/initrd'], ['-iso-level', '1']);
    expect(await taken(image, { kind: 'autoinstall' })).toMatchObject({
      of: 'Ubuntu',
      append: 'autoinstall ds=nocloud',
    });
  });

  it('get a preseed file behind the initrd, where the kernel unpacks it, readable by root alone', async () => {
    const image = await isoWith(['install.amd/vmlinuz', 'install.amd/initrd.gz']);
    const found = await taken(image, { kind: 'preseed' });
    const initrd = await readFile(found?.initrd ?? '');
    const size = 'install.amd/initrd.gz\n'.length * 777;
    const start = Math.ceil(size / 4) * 4;
    expect(initrd.subarray(0, size).toString()).toBe('install.amd/initrd.gz\n'.repeat(777));
    const list = execFileSync('cpio', ['-itv', '--quiet'], { input: initrd.subarray(start), encoding: 'utf8' });
    expect(list).toMatch(/^-rw-------\s+1 root\s+root\s+17 .* preseed\.cfg\n$/);
    expect((await stat(found?.initrd ?? '')).mode & 0o777).toBe(0o600);
    // The archive alone is not needed any more.
    await expect(stat(join(scene.home, 'xe-7f3kq2-answer.cpio'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are said to be missing where they are nowhere that is known', async () => {
    const image = await isoWith(['boot/vmlinuz-lts', 'boot/initramfs-lts', 'casper/vmlinuz']);
    await expect(taken(image, { kernelArgs: 'quiet' })).rejects.toMatchObject({
      code: 'iso-unusable',
      userMessage: expect.stringMatching(/kernel was not found on the ISO.*Debian \(install\.amd\/vmlinuz\)/),
    });
  });

  it('stay on the ISO when nobody needs them', async () => {
    expect(await taken(join(scene.home, 'none.iso'), { kind: 'kickstart' })).toBeUndefined();
  });
});

describe.each([['sh'], ['busybox', 'sh'], ['bash']])('in %s', (...shell) => {
  const [command = '', ...first] = shell;
  const runScript = (script: string, ...args: string[]) =>
    parseSections(execFileSync(command, [...first, '-s', '--', ...args], { input: script, encoding: 'utf8' }));

  it('sectors are read, and a file is copied whole or not at all', async () => {
    const image = join(scene.home, 'image');
    await writeFile(image, Buffer.concat([Buffer.alloc(2048, 'a'), Buffer.alloc(2048, 'b'), Buffer.from('ccc')]));
    await writeFile(join(scene.home, 'more'), 'more');
    const hex = runScript(readSectorsScript, image, '1', '1').get('bytes')?.join('').replaceAll(' ', '');
    expect(hex).toBe('62'.repeat(2048));
    const target = join(scene.home, 'target');
    expect(runScript(extractFileScript, image, target, '1', '2051', join(scene.home, 'more')).get('bytes')).toEqual([
      '2051',
    ]);
    expect(await readFile(target, 'latin1')).toBe(`${'b'.repeat(2048)}ccc\0more`);
    // The image ends before the file does.
    runScript(extractFileScript, image, join(scene.home, 'short'), '1', '9999', '');
    await expect(stat(join(scene.home, 'short'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
