/**
 * Rewrites the console's keyboard layouts from xkeyboard-config: `node bin/layouts.ts [FOLDER]`, where FOLDER is that
 * package's `symbols` (Debian: xkb-data). The result is committed, so that a build needs no such package.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutsSource } from './layouts/source.ts';

const folder = process.argv[2] ?? '/usr/share/X11/xkb/symbols';
const target = join(import.meta.dirname, '../web-console/public/keys/layouts.ts');
writeFileSync(
  target,
  layoutsSource((file) => readFileSync(join(folder, file), 'utf8')),
);
console.log('web-console/public/keys/layouts.ts was rewritten');
