import { describe, expect, it } from 'vitest';
import { copyLoader, isInPlace } from '../../../worker/host/boot-files.ts';
import { chooseLoader, loaderInPlace, restartsOnce } from '../../../worker/host/loader-choice.ts';

const debian = ['/EFI/debian/shimx64.efi', '/EFI/debian/grubx64.efi', '/EFI/debian/mmx64.efi', '/EFI/debian/fbx64.efi'];
const none = { entries: [], signed: false };
const entry = (path: string) => ({ number: 1, description: 'x', path, partition: null });
const choose = (loaders: string[], how: Parameters<typeof chooseLoader>[1] = none) =>
  chooseLoader({ name: 'sda1', loaders }, how);

describe('the loader for the removable path', () => {
  it('is shim with what it loads from its own folder, the loader last, and never its fallback', () => {
    expect(choose([...debian, '/EFI/debian/grub.cfg'])).toEqual({
      partition: 'sda1',
      loader: '/EFI/debian/shimx64.efi',
      copies: [
        { from: '/EFI/debian/grubx64.efi', to: '/EFI/BOOT/grubx64.efi' },
        { from: '/EFI/debian/mmx64.efi', to: '/EFI/BOOT/mmx64.efi' },
        { from: '/EFI/debian/grub.cfg', to: '/EFI/BOOT/grub.cfg' },
        { from: '/EFI/debian/shimx64.efi', to: '/EFI/BOOT/BOOTX64.EFI' },
      ],
    });
  });

  it.each([
    ['Windows', ['/EFI/Microsoft/Boot/bootmgfw.efi', '/EFI/Microsoft/Boot/memtest.efi'], 1],
    ['systemd-boot', ['/EFI/systemd/systemd-bootx64.efi', '/EFI/Linux/arch.efi'], 1],
    ['GRUB without shim, with the configuration beside it', ['/EFI/arch/grubx64.efi', '/EFI/arch/grub.cfg'], 2],
    ['FreeBSD', ['/efi/freebsd/loader.efi'], 1],
  ])('is that of %s', (_what, loaders, copies) => {
    const choice = choose(loaders);
    expect(choice?.loader).toBe(loaders[0]);
    expect(choice?.copies).toHaveLength(copies);
    expect(choice?.copies.at(-1)).toEqual({ from: loaders[0], to: '/EFI/BOOT/BOOTX64.EFI' });
  });

  it('is the one that the installer made a boot entry for, where several are there', () => {
    const loaders = [...debian, '/EFI/Microsoft/Boot/bootmgfw.efi'];
    expect(choose(loaders, { entries: [entry('/efi/microsoft/boot/BOOTMGFW.EFI')], signed: false })?.loader).toBe(
      '/EFI/Microsoft/Boot/bootmgfw.efi',
    );
    expect(choose(loaders, { entries: [entry('/EFI/gone/x.efi')], signed: false })?.loader).toBe(debian[0]);
  });

  it('is the signed one where only that starts', () => {
    expect(choose(debian, { entries: [entry('/EFI/debian/grubx64.efi')], signed: true })?.loader).toBe(debian[0]);
    expect(choose(debian, { entries: [entry('/EFI/debian/grubx64.efi')], signed: false })?.loader).toBe(debian[1]);
  });

  it('is left alone where one is there, however it is spelled', () => {
    const loaders = ['/efi/boot/bootx64.efi', '/EFI/BOOT/fbx64.efi', ...debian];
    expect(choose(loaders)).toBeNull();
    expect(loaderInPlace({ loaders })).toBe('/efi/boot/bootx64.efi');
    expect(restartsOnce({ loaders })).toBe(true);
    expect(restartsOnce({ loaders: debian })).toBe(false);
  });

  it('is nothing where no loader is known', () => {
    expect(choose([])).toBeNull();
    expect(choose(['/EFI/BOOT/BOOTIA32.EFI', '/EFI/tools/shell.efi'])).toBeNull();
  });
});

describe('copyLoader', () => {
  const choice = {
    partition: 'sda1',
    loader: '/a',
    copies: [
      { from: '/g', to: '/G' },
      { from: '/a', to: '/A' },
    ],
  };
  const said = (...rows: string[]) =>
    copyLoader(choice).parse({
      stdout: ['## xepa copies', ...rows, '## xepa end', ''].join('\n'),
      stderr: '',
      exitCode: 0,
    });

  it('takes paths as arguments, the loader last', () => {
    expect(copyLoader(choice).argv).toEqual(['sh', '-s', '--', 'sda1', '/g', '/G', '/a', '/A']);
  });

  it('is in place once each file is there, from now or from before', () => {
    expect(isInPlace(choice, said('kept\t/g\t/G', 'written\t/a\t/A'))).toBe(true);
    expect(isInPlace(choice, said('failed\t/g\t/G'))).toBe(false);
    expect(isInPlace(choice, said('written\t/g\t/G', 'failed\t/a\t/A'))).toBe(false);
  });
});
