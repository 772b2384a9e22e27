import { describe, expect, it } from 'vitest';
import { needs, packageManagers } from '../../../worker/host/package-managers.ts';
import {
  addPackages,
  hasPackageManager,
  lookForPackages,
  packagesState,
  removePackages,
} from '../../../worker/host/packages.ts';

const ovmf = { code: '/c', vars: '/v' };
const dir = '/run/xepa-packages/xe-1';
const at = { dir, mirrors: {} };

describe('lookForPackages', () => {
  it('does nothing where everything is there', () => {
    expect(lookForPackages({ tools: ['qemu-system-x86_64', 'curl', 'apk'], ovmf, firmware: 'uefi' }, at)).toBeNull();
  });

  it('looks only for what is missing, as arguments of a constant script', () => {
    const command = lookForPackages({ tools: ['curl', 'apt-get'], ovmf: null, firmware: 'uefi' }, at);
    expect(command?.argv).toEqual(['sh', '-s', '--', dir, 'look', '', 'qemu=qemu-system-x86', 'ovmf=ovmf']);
  });

  it('needs no UEFI firmware on a BIOS server, and tries one name after the other', () => {
    const command = lookForPackages({ tools: ['dnf', 'curl'], ovmf: null, firmware: 'bios' }, at);
    expect(command?.argv.slice(6)).toEqual(['qemu=qemu-system-x86-core|qemu-kvm-core|qemu-kvm']);
  });

  it('marks what can be done without, and leaves out what comes with something else', () => {
    const optional = ['swtpm', 'qemu-curl'] as const;
    const bare = { tools: ['yum', 'qemu-system-x86_64', 'curl'], ovmf, firmware: 'uefi' as const };
    expect(lookForPackages(bare, { ...at, optional })?.argv.slice(6)).toEqual(['swtpm?=swtpm']);
  });

  it('uses the mirror of the distribution that runs there', () => {
    const mirrors = { debian: 'https://mirror.example.com/debian', alpine: 'https://mirror.example.com/alpine' };
    const bare = { tools: ['apt-get'], ovmf, firmware: 'uefi' as const };
    const mirrorFor = (id: string) => lookForPackages({ ...bare, os: { id } }, { dir, mirrors })?.argv[5];
    expect([mirrorFor('debian'), mirrorFor('ubuntu')]).toEqual(['https://mirror.example.com/debian', '']);
  });

  it('cannot look for anything without a package manager', () => {
    const bare = { tools: ['curl'], ovmf: null, firmware: 'bios' as const };
    expect(lookForPackages(bare, at)).toBeNull();
    expect(hasPackageManager(bare)).toBe(false);
  });

  it('goes by the distribution where programs of two package managers are there', () => {
    const bare = { tools: ['apt-get', 'dnf', 'curl'], ovmf, firmware: 'bios' as const };
    expect(lookForPackages({ ...bare, os: { id: 'fedora' } }, at)?.argv.at(-1)).toContain('qemu-kvm');
    expect(lookForPackages({ ...bare, os: { id: 'grml' } }, at)?.argv.at(-1)).toBe('qemu=qemu-system-x86');
  });
});

describe('the state of the work on packages', () => {
  const parse = (...lines: string[]) =>
    packagesState(dir).parse({ stdout: [...lines, '## xepa end', ''].join('\n'), stderr: '', exitCode: 0 });

  it('is nothing where nothing was begun', () => {
    expect(parse()).toMatchObject({ action: null, running: false, exit: null, found: [], size: null });
  });

  it('tells what was found and how large it is', () => {
    const simulation =
      'Need to get 48.2 MB of archives.\nAfter this operation, 210 MB of additional disk space will be used.';
    const state = parse(
      ...['## xepa action', 'look', '## xepa exit', '0', '## xepa found', 'qemu-system-x86', 'ovmf'],
      ...['## xepa simulation', ...simulation.split('\n'), '## xepa memory', 'MemAvailable:    1000 kB'],
    );
    expect(state).toMatchObject({
      ...{ action: 'look', running: false, exit: 0, found: ['qemu-system-x86', 'ovmf'] },
      ...{ size: { download: 48.2e6, installed: 210e6 }, room: { disk: null, memory: 1_024_000 } },
    });
  });
});

describe('adding and removing', () => {
  it('adds names as arguments', () => {
    expect(addPackages({ tools: ['apk'] }, { dir, names: ['ovmf'] }).argv).toEqual([
      'sh',
      '-s',
      '--',
      dir,
      'add',
      '',
      'ovmf',
    ]);
  });

  it('removes what was added and nothing else', () => {
    expect(removePackages({ tools: ['apk'] }, { dir, added: ['ovmf'] })?.argv.slice(3)).toEqual([dir, 'ovmf']);
    expect(removePackages({ tools: ['apk'] }, { dir, added: [] })).toBeNull();
  });
});

it.each(packageManagers)(
  '$tool has QEMU, firmware and curl, under names that no shell understands otherwise',
  (manager) => {
    for (const need of ['qemu', 'ovmf', 'curl'] as const) expect(manager.names[need].length).toBeGreaterThan(0);
    for (const name of needs.flatMap((need) => manager.names[need])) expect(name).toMatch(/^[\w.+-]+$/);
  },
);
