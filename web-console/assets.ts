import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { XepaError } from '../core/errors.ts';

/** One file of the page, ready to be sent. */
export interface Asset {
  type: string;
  plain: Buffer;
  gzipped: Buffer;
}

/** The built page, held in memory: an allow-list by construction, no path ever reaches the file system. */
export interface Assets {
  /** Page at /c. */
  open: Asset;
  /** Page at /console/<install>. */
  console: Asset;
  /** Page at /p. */
  passkey: Asset;
  /** Page at /r, and at /recordings/<install>/<recording>. */
  player: Asset;
  /** Scripts, style and icon by file name; their names change with their content. */
  files: ReadonlyMap<string, Asset>;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** @throws XepaError bad-config when the page was not built */
export function readAssets(folder: string): Assets {
  const dir = resolve(folder);
  try {
    const names = readdirSync(join(dir, 'assets')).filter((name) => statSync(join(dir, 'assets', name)).isFile());
    return {
      open: readAsset(join(dir, 'open.html')),
      console: readAsset(join(dir, 'console.html')),
      passkey: readAsset(join(dir, 'passkey.html')),
      player: readAsset(join(dir, 'player.html')),
      files: new Map(names.map((name) => [name, readAsset(join(dir, 'assets', name))])),
    };
  } catch (cause) {
    const text = `The console's page is not in ${dir}. Run \`node bin/build-page.ts ${folder}\`, or set XEPA_PAGE_DIR.`;
    throw new XepaError('bad-config', { message: text, userMessage: text, cause });
  }
}

function readAsset(file: string): Asset {
  const plain = readFileSync(file);
  return { type: types[extname(file)] ?? 'application/octet-stream', plain, gzipped: gzipSync(plain) };
}
