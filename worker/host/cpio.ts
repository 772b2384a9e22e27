const magic = '070701';
const regular = 0o100600;

/**
 * A cpio archive (newc) of files in its root, owned by root, to be put behind an initrd: the kernel unpacks one archive after
 * the other (Documentation/driver-api/early-userspace/buffer-format.rst). Begins and ends at multiples of 512 bytes.
 */
export function cpioArchive(files: readonly { name: string; content: Uint8Array }[]): Buffer {
  const entries = files.map(({ name, content }, index) => entry({ name, content, inode: index + 1, mode: regular }));
  const whole = Buffer.concat([...entries, entry({ name: 'TRAILER!!!', content: Buffer.alloc(0), inode: 0, mode: 0 })]);
  return padded(whole, 512);
}

function entry(file: { name: string; content: Uint8Array; inode: number; mode: number }): Buffer {
  const name = Buffer.from(`${file.name}\0`);
  const fields = [file.inode, file.mode, 0, 0, 1, 0, file.content.length, 0, 0, 0, 0, name.length, 0];
  const head = Buffer.from(magic + fields.map((field) => field.toString(16).toUpperCase().padStart(8, '0')).join(''));
  return Buffer.concat([padded(Buffer.concat([head, name]), 4), padded(Buffer.from(file.content), 4)]);
}

function padded(bytes: Buffer, multiple: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((multiple - (bytes.length % multiple)) % multiple)]);
}
