import {
  forgetKernelScript,
  loadKernelScript,
  lookForKernelsScript,
  startKernelScript,
} from '../../worker/host/scripts/kexec.ts';

const release = '6.1.0-56-amd64';
const build = '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)';

/** The rescue kernel as far as another one can be started in its place. */
export class ModelKernel {
  readonly release = release;
  support = true;
  disabled = false;
  lockdown = '[none] integrity confidentiality';
  efi: 'mapped' | 'unmapped' | '' = '';
  memoryKb = 4_000_000;
  /** Of the initrd that the boot loader had handed over. */
  ramdiskBytes = 165_000_000;
  /** Version strings and sizes of what lies on the rescue system, by path. */
  kernels = new Map<string, string>([[`/boot/vmlinuz-${release}`, `${release} (builder@host) ${build}`]]);
  initrds = new Map<string, number>([['/boot/initrd.img', 165_000_000]]);
  /** What the tool says instead of loading. */
  refuses = '';
  /** Command line of what is loaded; null where nothing is. */
  loaded: string | null = null;
  #started = false;

  /** @param on.started is told the command line of a kernel that starts in place of the one with `bootId` */
  actions(
    { args, input, bootId }: { args: readonly string[]; input: string; bootId: string },
    on: { did(name: string): void; started(cmdline: string): void },
  ): [string, readonly [string, () => string]][] {
    return [
      [lookForKernelsScript, ['look for kernels', () => this.#look()]],
      [loadKernelScript, ['load kernel', () => this.#load(input, on)]],
      [startKernelScript, ['start kernel', () => this.#start(args[0] === bootId, on)]],
      [forgetKernelScript, ['forget kernel', () => this.#forget(on)]],
    ];
  }

  /** The machine's memory is lost. */
  clear(): void {
    this.loaded = null;
    this.#started = false;
  }

  #look(): string {
    const size = Array.from({ length: 8 }, (_, at) => Math.floor(this.ramdiskBytes / 256 ** at) % 256);
    return [
      ...['## xepa release', release, '## xepa build', build, '## xepa machine', 'x86_64'],
      ...['## xepa support', this.support ? 'yes' : '', '## xepa disabled', this.disabled ? '1' : '0'],
      ...[
        '## xepa efi',
        this.efi,
        '## xepa lockdown',
        this.lockdown,
        '## xepa memory',
        `MemAvailable: ${this.memoryKb} kB`,
      ],
      ...['## xepa ramdisk', size.join(' ')],
      ...['## xepa kernels', ...[...this.kernels].map(([path, version]) => `${path}\t8000000\t${version}`)],
      ...['## xepa initrds', ...[...this.initrds].map(([path, bytes]) => `${path}\t${bytes}`)],
    ].join('\n');
  }

  #load(input: string, on: { did(name: string): void }): string {
    on.did('load kernel');
    if (this.refuses === '') this.loaded = input.trim();
    return `## xepa loaded\n${this.refuses === '' ? 'yes' : ''}\n## xepa said\n${this.refuses}`;
  }

  #start(isThis: boolean, on: { did(name: string): void; started(cmdline: string): void }): string {
    if (!isThis || this.#started || this.loaded === null) return '';
    on.did('start kernel');
    this.#started = true;
    on.started(this.loaded);
    return '';
  }

  #forget(on: { did(name: string): void }): string {
    on.did('forget kernel');
    this.clear();
    return '';
  }
}
