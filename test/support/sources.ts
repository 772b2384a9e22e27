import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A source file: its path from the root of the repository, its lines, and what it imports. */
export interface Source {
  path: string;
  lines: number;
  /** Files of ours that it imports, as paths from the root. */
  files: string[];
  /** Packages and `node:` modules that it imports, as they are named there. */
  packages: string[];
  /** Those of them that are there when it runs: `import type` leaves nothing behind. */
  loaded: string[];
}

/** Every TypeScript source under the given folders. */
export function readSources(folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => readSource(join(folder, name))),
  );
}

/** A text file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What a source imports or re-exports, by any of the ways there are; on request without mere types. */
export function specifiersOf(whole: string, what: 'all' | 'loaded' = 'all'): string[] {
  const text = what === 'all' ? whole : whole.replace(/^(?:import|export) type\b[^;]*;/gm, '');
  const statement = /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm;
  const bare = /^import\s*['"]([^'"]+)['"]/gm;
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [statement, bare, dynamic].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

function readSource(path: string): Source {
  const text = readText(path);
  const specifiers = specifiersOf(text);
  const own = specifiers.filter((name) => name.startsWith('.'));
  return {
    path,
    lines: text.split('\n').length - 1,
    files: own.map((name) => relative(root, resolve(root, dirname(path), name))),
    packages: specifiers.filter((name) => !name.startsWith('.')),
    loaded: specifiersOf(text, 'loaded').filter((name) => !name.startsWith('.')),
  };
}
