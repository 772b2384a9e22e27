import { dataDisc } from '../../worker/host/data-disc.ts';
import { extractFileScript, readSectorsScript } from '../../worker/host/scripts/iso-files.ts';

/** An ISO as the device's inspection script reports it. */
export interface ModelIso {
  sha256: string;
  /** What the script prints. */
  report: string;
}

/** The least that makes an image bootable; `none`: not an ISO at all. */
export function modelIso(boots: 'bios' | 'uefi' | 'none' = 'bios'): ModelIso {
  const descriptors = Buffer.alloc(4096);
  if (boots !== 'none') descriptors.write('\x01CD001\x01', 0, 'latin1');
  descriptors.write('MODEL'.padEnd(32), 40, 'latin1');
  descriptors.write('\x00CD001\x01EL TORITO SPECIFICATION', 2048, 'latin1');
  const catalogue = Buffer.alloc(2048);
  catalogue.set([1, boots === 'uefi' ? 0xef : 0], 0);
  catalogue.set([0x55, 0xaa, 0x88], 30);
  const sha256 = 'ab'.repeat(32);
  const parts = { bytes: '1000000', descriptors: hex(descriptors), catalogue: hex(catalogue), sha256: `${sha256}  x` };
  const report = Object.entries(parts).map(([name, text]) => `## xepa ${name}\n${text}`);
  return { sha256, report: report.join('\n') };
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}

/** The image that the device reads files from: what Debian's network edition has, by names of plain ISO 9660. */
const image = dataDisc({
  label: 'MODEL',
  files: ['linux', 'initrd.gz', 'other'].map((name) => ({ name, content: Buffer.from(`the ${name}`) })),
});

/** What a device answers to the scripts that read an ISO, and what they leave on it. */
export function isoFileActions(
  args: readonly string[],
  written: Map<string, unknown>,
): [string, readonly [string, () => string]][] {
  const [, second = '', third = '', fourth = '', fifth = ''] = args;
  const sectors = () => image.subarray(Number(second) * 2048, (Number(second) + Number(third)) * 2048).toString('hex');
  const extract = () => {
    const file = image.subarray(Number(third) * 2048).subarray(0, Number(fourth));
    written.set(second, fifth === '' ? file.toString() : `${file.toString()} + ${fifth}`);
    return `## xepa bytes\n${fourth}`;
  };
  return [
    [readSectorsScript, ['read sectors', () => `## xepa bytes\n${sectors()}`]],
    [extractFileScript, ['extract', extract]],
  ];
}

/** What the probe of an address prints. */
export function probeAnswer(probe: {
  status: number;
  bytes: number | null;
  ranges: boolean;
  contentType: string;
  freeBytes: number | null;
  error: string;
}): string {
  const { status, bytes, ranges, contentType, freeBytes, error } = probe;
  const length = `${bytes === null ? '' : `Content-Length: ${bytes}`}\nContent-Type: ${contentType}`;
  const free = freeBytes === null ? '0 0 0 -' : `1 1 ${freeBytes / 1024} 1%`;
  const space = `Filesystem 1024-blocks Used Available Capacity Mounted\nnone ${free} /`;
  const answer = `status ${String(status).padStart(3, '0')}`;
  return `## xepa answer\n${answer}\n## xepa ranges\n${ranges ? 'yes' : ''}\n## xepa headers\nHTTP/1.1 ${status}\n${length}\n## xepa error\n${error}\n## xepa space\n${space}`;
}

export interface ModelDownload {
  state: 'none' | 'running' | 'failed' | 'complete';
  bytes: number;
}

/** How a download goes, as its script prints it. @param code what curl ends with where it has failed */
export function downloadAnswer({ state, bytes }: ModelDownload, code: number): string {
  const said = state === 'failed' ? `${code}\n## xepa error\ncurl: (${code}) it said why` : '';
  const yes = (is: boolean) => (is ? 'yes' : '');
  return `## xepa running\n${yes(state === 'running')}\n## xepa complete\n${yes(state === 'complete')}\n## xepa bytes\n${bytes}\n## xepa exit\n${said}`;
}
