import { expect, it } from 'vitest';
import { XepaError } from '../../core/errors.ts';
import type { Qmp } from '../../core/qmp.ts';
import { insertDisc } from '../../web-console/drive.ts';

/** A drive whose tray the system has locked, and never opens. */
class LockedDrive implements Qmp {
  file: string | null;

  constructor(file: string | null) {
    this.file = file;
  }

  async execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (command === 'query-block') {
      const inserted = this.file === null ? {} : { inserted: { file: this.file } };
      return [{ qdev: 'cd', locked: true, tray_open: false, ...inserted }];
    }
    if (args.force !== true) {
      const message = `QEMU refuses ${command}: Device 'cd' is locked and force was not specified`;
      throw new XepaError('vm-failed', { message, userMessage: message });
    }
    this.file = String(args.filename);
    return {};
  }

  onEvent(): void {}
  close(): void {}
}

it('puts a disc into a drive that is empty, although its tray is locked', async () => {
  const drive = new LockedDrive(null);
  await insertDisc(drive, { file: '/media/drivers.iso', force: false });
  expect(drive.file).toBe('/media/drivers.iso');
});

it('takes no disc out of a locked drive without being told to', async () => {
  const drive = new LockedDrive('/media/debian.iso');
  await expect(insertDisc(drive, { file: '/media/drivers.iso', force: false })).rejects.toThrow('holds the disc');
  expect(drive.file).toBe('/media/debian.iso');
});
