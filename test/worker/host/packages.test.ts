import { describe, expect, it } from 'vitest';
import { addPackages, hasPackageManager, removePackages } from '../../../worker/host/packages.ts';

const ovmf = { code: '/c', vars: '/v' };

describe('addPackages', () => {
  it('does nothing where everything is there', () => {
    expect(addPackages({ tools: ['qemu-system-x86_64', 'curl', 'apk'], ovmf, firmware: 'uefi' })).toBeNull();
  });

  it('adds only what is missing, as arguments of a constant script', () => {
    const command = addPackages({ tools: ['curl', 'apt-get'], ovmf: null, firmware: 'uefi' });
    expect(command?.argv).toEqual(['sh', '-s', '--', 'qemu-system-x86', 'ovmf']);
    expect(command?.parse({ stdout: '', stderr: '', exitCode: 0 })).toEqual({ added: ['qemu-system-x86', 'ovmf'] });
  });

  it('needs no UEFI firmware on a BIOS server', () => {
    const command = addPackages({ tools: ['dnf', 'curl'], ovmf: null, firmware: 'bios' });
    expect(command?.argv.slice(3)).toEqual(['qemu-system-x86-core']);
  });

  it('cannot add anything without a package manager', () => {
    const bare = { tools: ['curl'], ovmf: null, firmware: 'bios' as const };
    expect(addPackages(bare)).toBeNull();
    expect(hasPackageManager(bare)).toBe(false);
  });
});

describe('removePackages', () => {
  it('removes what was added and nothing else', () => {
    expect(removePackages({ tools: ['apk'] }, ['ovmf'])?.argv).toEqual(['apk', 'del', 'ovmf']);
    expect(removePackages({ tools: ['apk'] }, [])).toBeNull();
  });
});
