import { gzipSync } from 'node:zlib';

/** What a VM shows and has written, as the device's scripts report it. */
export class ModelScreen {
  /** The picture that QEMU writes for a screendump. */
  ppm: Buffer = ppmOf(720, 400, (x, y) => (x + y) % 2 === 0);
  /** The logs by the end of their file's name. */
  logs: Readonly<Record<string, string>> = {};
  /** Files that screendumps have left on the device. */
  readonly files = new Map<string, Buffer>();

  /** Answers as QEMU does to a command that went well. */
  dump(path: string): object {
    this.files.set(path, this.ppm);
    return {};
  }

  /** The script prints a file and removes it. */
  fetch([path = '', most = '0']: readonly string[]): string {
    const file = this.files.get(path) ?? Buffer.alloc(0);
    this.files.delete(path);
    const sent = file.length <= Number(most) ? lines(gzipSync(file)) : '';
    return `## xepa size\n${file.length}\n## xepa screen\n${sent}`;
  }

  tails([bytes = '0', ...paths]: readonly string[]): string {
    const sections = paths.map((path) => {
      const text = Object.entries(this.logs).find(([name]) => path.endsWith(name))?.[1] ?? '';
      return `## xepa ${path}\n${lines(Buffer.from(text).subarray(-Number(bytes)))}`;
    });
    return sections.join('\n');
  }
}

/** A screen as QEMU writes it: white where `lit`, black elsewhere. */
export function ppmOf(width: number, height: number, lit: (x: number, y: number) => boolean): Buffer {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (lit(x, y)) rgb.fill(0xff, (y * width + x) * 3, (y * width + x + 1) * 3);
    }
  }
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), rgb]);
}

/** base64 in lines, as the command prints it. */
function lines(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}/g, '$&\n');
}
