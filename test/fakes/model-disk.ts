import { gzipSync } from 'node:zlib';
import { rereadDiskScript } from '../../worker/host/scripts/block.ts';
import { bootFilesScript } from '../../worker/host/scripts/boot-files.ts';
import { fixFilesScript } from '../../worker/host/scripts/fix-files.ts';
import { forgetKeyScript } from '../../worker/host/scripts/forget-key.ts';
import { installedScript } from '../../worker/host/scripts/installed.ts';
import { lastLogsScript } from '../../worker/host/scripts/last-logs.ts';

/** A script, what it is called, and what it does. */
type Action = [string, readonly [string, () => string]];

/** What the rescue system's own kernel does with the disk, after a VM has written to it. */
export class ModelDisk {
  /** What the kernel says when it reads the partition table anew. */
  afterwards: 'read' | 'busy' = 'read';
  /** Controllers or disks that were looked at last. */
  lookedAt: string[] = [];
  /** A BIOS would start it. */
  bootCode = true;
  /** Files on its EFI partition. */
  loaders = ['/EFI/debian/shimx64.efi', '/EFI/debian/grubx64.efi', '/EFI/debian/fbx64.efi'];
  /** Its EFI partition takes no more files. */
  full = false;
  /** Files of the installed system, on a partition of its own; none: there is no such partition. */
  files: Readonly<Record<string, string>> = {};
  /** The end of the installer's log. */
  log = '';

  /** @param did hears of what is more than looking */
  actions(args: readonly string[], did: (name: string) => void): Action[] {
    const doing = (name: string, act: () => string) => {
      did(name);
      return act();
    };
    return [
      [rereadDiskScript, ['reread', () => doing(`reread ${args[0]}`, () => this.#reread())]],
      [installedScript, ['look at disks', () => this.#installed(args)]],
      [bootFilesScript, ['copy loader', () => doing('copy loader', () => this.#copy(args))]],
      [fixFilesScript, ['fix files', () => doing('fix files', () => this.#fix(args))]],
      [lastLogsScript, ['last logs', () => this.#lastLogs()]],
      [forgetKeyScript, ['forget key', () => doing('forget key', () => '')]],
    ];
  }

  #reread(): string {
    return `## xepa state\n${this.afterwards}\n## xepa partitions\nnvme0n1p1`;
  }

  #installed([, , ...places]: readonly string[]): string {
    this.lookedAt = places;
    const partition = '=nvme0n1p1\t1\t65536\tvfat\tread\t/dev/nvme0n1p1: UUID="AB12-CD34" TYPE="vfat"';
    return [
      '## xepa disk nvme0n1\n512',
      `## xepa head nvme0n1\n${gzipSync(this.#head()).toString('base64')}`,
      `## xepa partitions nvme0n1\n${partition}`,
      ...this.loaders.map((path) => `+nvme0n1p1\t${path}`),
      ...this.#system(),
    ].join('\n');
  }

  #copy([, ...paths]: readonly string[]): string {
    const rows: string[] = [];
    for (let at = 0; at + 1 < paths.length; at += 2) {
      const [from = '', to = ''] = paths.slice(at);
      const there = this.loaders.includes(to);
      if (!there && !this.full) this.loaders.push(to);
      const state = this.full ? 'failed' : 'written';
      rows.push([there ? 'kept' : state, from, to].join('\t'));
      if (this.full && !there) break;
    }
    return `## xepa copies\n${rows.join('\n')}`;
  }

  #fix([, , ...changes]: readonly string[]): string {
    const state = this.full ? 'failed' : 'written';
    return `## xepa fixes\n${changes.flatMap((_value, index) => (index % 4 === 0 ? [state] : [])).join('\n')}`;
  }

  #lastLogs(): string {
    if (this.log === '') return '';
    return `## xepa nvme0n1p1 /var/log/installer/syslog\n${Buffer.from(this.log).toString('base64')}`;
  }

  #system(): string[] {
    const files = Object.entries(this.files);
    if (files.length === 0) return [];
    return [
      '=nvme0n1p2\t2\t65536\text4\tread\t/dev/nvme0n1p2: UUID="u-2" TYPE="ext4"',
      ...files.flatMap(([path, text]) => [`>nvme0n1p2\t${path}`, ...text.split('\n').map((line) => `|${line}`)]),
    ];
  }

  /** An MBR with one active FAT partition. */
  #head(): Buffer {
    const head = Buffer.alloc(512);
    if (this.bootCode) head.write('boot code');
    head.set([0x80, 0, 0, 0, 0x0c, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0], 446);
    head.writeUInt16LE(0xaa55, 510);
    return head;
  }
}
