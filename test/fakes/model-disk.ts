/** What the rescue system's own kernel does with the disk, after a VM has written to it. */
export class ModelDisk {
  /** What the kernel says when it reads the partition table anew. */
  afterwards: 'read' | 'busy' = 'read';
  /** Controllers or disks on which UEFI loaders were looked for last. */
  loadersSoughtOn: string[] = [];

  reread(): string {
    return `## xepa state\n${this.afterwards}\n## xepa partitions\nnvme0n1p1`;
  }

  bootFiles(places: readonly string[]): string {
    this.loadersSoughtOn = [...places];
    return '## xepa boot-files\nnvme0n1p1\tcopied\t/EFI/debian/shimx64.efi';
  }
}
